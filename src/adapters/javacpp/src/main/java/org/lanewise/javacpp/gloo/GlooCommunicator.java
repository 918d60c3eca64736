package org.lanewise.javacpp.gloo;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;
import org.bytedeco.pytorch.global.torch;
import org.lanewise.distributed.CommunicationException;
import org.lanewise.distributed.Communicator;

/** Messages between each two ranks over LibTorch's Gloo, which closes a connection when its process ends. */
public final class GlooCommunicator implements Communicator {
    private static final int DATA = 0, GOODBYE = 1;

    /** How long a rank that closes waits for others to close as well, so that nothing on its way is lost. */
    private static final long GRACE_MILLIS = 2_000;

    private final int rank;
    private final int size;
    private final TCPStore store;
    private final ProcessGroupGloo group;
    /** A byte that comes from each rank, and one that goes there; kept until Gloo has ended. */
    private final MemorySegment goodbyes;
    private boolean failed;
    private boolean closed;

    /**
     * Joins the others.
     *
     * @param host the first rank's
     * @param port the first rank's
     * @param rank this one's number
     * @param size how many there are
     */
    public GlooCommunicator(String host, int port, int rank, int size) {
        this.rank = rank;
        this.size = size;
        this.goodbyes = Arena.ofAuto().allocate(2L * size);
        try (PointerScope _ = new PointerScope()) {
            TCPStoreOptions options = new TCPStoreOptions();
            options.port((short) port);
            options.isServer(rank == 0);
            TCPStore joined = new TCPStore(host, options);
            ProcessGroupGloo.Options gloo = ProcessGroupGloo.Options.create();
            gloo.devices(new GlooDeviceVector(ProcessGroupGloo.createDeviceForHostname(ownAddress(host, port))));
            ProcessGroupGloo made = new ProcessGroupGloo(joined, rank, size, gloo);
            store = joined.retainReference();
            group = made.retainReference();
        } catch (RuntimeException | IOException e) {
            throw new CommunicationException("rank " + rank + " of " + size + " cannot join the others at " + host + ":" + port + ": "
                    + reason(e), e);
        }
    }

    /** The address by which this machine reaches the first rank's: the others reach it by that. Nothing is sent. */
    private static String ownAddress(String host, int port) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(host, port));
            return socket.getLocalAddress().getHostAddress();
        }
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public void allToAll(MemorySegment[] send, MemorySegment[] receive) {
        if (closed || failed) {
            throw new IllegalStateException("communicator of rank " + rank + (closed ? " is closed" : " has failed"));
        }
        if (send.length != size || receive.length != size) {
            throw new IllegalArgumentException("segments must be one for each of " + size + " ranks, got " + send.length + " to send and "
                    + receive.length + " to receive");
        }
        try (PointerScope _ = new PointerScope()) {
            List<Runnable> waits = new ArrayList<>();
            for (int step = 1; step < size; step++) {
                int from = Math.floorMod(rank - step, size), to = (rank + step) % size;
                // Gloo has no messages of nothing.
                if (receive[from].byteSize() > 0) {
                    Work work = receive(receive[from], from, DATA);
                    waits.add(() -> await(work, from));
                }
                if (send[to].byteSize() > 0) {
                    Work work = send(send[to], to, DATA);
                    waits.add(() -> await(work, to));
                }
            }
            waits.forEach(Runnable::run);
        }
    }

    private Work send(MemorySegment memory, int other, int tag) {
        return group.send(over(memory), other, tag);
    }

    private Work receive(MemorySegment memory, int other, int tag) {
        return group.recv(over(memory), other, tag);
    }

    private static TensorVector over(MemorySegment memory) {
        return new TensorVector(torch.from_blob(new Address(memory.address()), new long[] {memory.byteSize()},
                new TensorOptions(torch.ScalarType.Byte)));
    }

    private void await(Work work, int other) {
        try {
            work._wait();
        } catch (RuntimeException e) {
            failed = true;
            throw new CommunicationException("rank " + other + " has left while rank " + rank + " waits for it: " + reason(e), e);
        }
    }

    /** The first sentence of what LibTorch says, without the place in its sources. */
    private static String reason(Exception e) {
        String message = String.valueOf(e.getMessage());
        String said = message.startsWith("[") ? message.substring(message.indexOf(']') + 1) : message;
        return said.lines().findFirst().orElse("").strip().split("\\. ", 2)[0];
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (PointerScope _ = new PointerScope()) {
            if (!failed) {
                sayGoodbye();
            }
        } finally {
            group.close();
            store.close();
        }
    }

    private void sayGoodbye() {
        try {
            Work[] coming = new Work[size];
            for (int step = 1; step < size; step++) {
                int other = (rank + step) % size;
                coming[other] = receive(goodbyes.asSlice(2L * other, 1), other, GOODBYE);
                send(goodbyes.asSlice(2L * other + 1, 1), other, GOODBYE);
            }
            for (int other = 0; other < size; other++) {
                if (other != rank) {
                    coming[other]._wait(new Milliseconds(GRACE_MILLIS));
                }
            }
        } catch (RuntimeException _) {
            // One has left already, or still waits for a message: it learns by the end of the connection that none comes.
            failed = true;
        }
    }

    @Override
    public String toString() {
        return "rank " + rank + " of " + size + " over Gloo";
    }

    /** A pointer to memory that JavaCPP does not own. */
    private static final class Address extends Pointer {
        Address(long address) {
            this.address = address;
        }
    }
}
