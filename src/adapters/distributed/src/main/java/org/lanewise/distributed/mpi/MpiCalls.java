package org.lanewise.distributed.mpi;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.stream.Stream;
import org.lanewise.distributed.CommunicationException;

/** The functions of MPI that are used, with handles as longs. All calls come from one thread. */
final class MpiCalls {
    /** Longer than any library's {@code MPI_MAX_ERROR_STRING} and {@code MPI_MAX_LIBRARY_VERSION_STRING}. */
    private static final int TEXT = 1 << 14;

    /** {@code MPI_THREAD_FUNNELED} of Open MPI and MPICH; the others read it as a level between none and all. */
    private static final int FUNNELED = 1;

    private final MpiLibrary library;
    private final MemorySegment number = Arena.global().allocate(JAVA_INT);
    private final MemorySegment text = Arena.global().allocate(TEXT);
    private final MethodHandle isend;
    private final MethodHandle irecv;
    private final MethodHandle recv;
    private final MethodHandle testall;
    private final MethodHandle iprobe;

    MpiCalls(MpiLibrary library) {
        this.library = library;
        MemoryLayout handle = handle();
        this.isend = find("MPI_Isend", ADDRESS, JAVA_INT, handle, JAVA_INT, JAVA_INT, handle, ADDRESS);
        this.irecv = find("MPI_Irecv", ADDRESS, JAVA_INT, handle, JAVA_INT, JAVA_INT, handle, ADDRESS);
        this.recv = find("MPI_Recv", ADDRESS, JAVA_INT, handle, JAVA_INT, JAVA_INT, handle, JAVA_LONG);
        this.testall = find("MPI_Testall", JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG);
        this.iprobe = find("MPI_Iprobe", JAVA_INT, JAVA_INT, handle, ADDRESS, JAVA_LONG);
    }

    private MemoryLayout handle() {
        return library.handlesArePointers() ? JAVA_LONG : JAVA_INT;
    }

    /** Bytes of a handle in an array of requests. */
    int handleBytes() {
        return library.handlesArePointers() ? Long.BYTES : Integer.BYTES;
    }

    /** A function that returns an error code; ints that stand for handles become longs. */
    @SuppressWarnings("restricted")
    private MethodHandle find(String name, MemoryLayout... arguments) {
        MemorySegment address = library.symbols().find(name)
                .orElseThrow(() -> new IllegalStateException("MPI must have the function " + name + ", but has not"));
        MethodHandle call = Linker.nativeLinker().downcallHandle(address, FunctionDescriptor.of(JAVA_INT, arguments));
        if (library.handlesArePointers()) {
            return call;
        }
        MethodType type = call.type();
        int[] handles = switch (name) {
            case "MPI_Isend", "MPI_Irecv", "MPI_Recv" -> new int[] {2, 5};
            case "MPI_Iprobe" -> new int[] {2};
            case "MPI_Comm_set_errhandler" -> new int[] {0, 1};
            case "MPI_Comm_rank", "MPI_Comm_size" -> new int[] {0};
            default -> new int[0];
        };
        for (int at : handles) {
            type = type.changeParameterType(at, long.class);
        }
        return MethodHandles.explicitCastArguments(call, type);
    }

    private interface Call {
        int run() throws Throwable;
    }

    private void require(String what, Call call) {
        int code = code(what, call);
        if (code != 0) {
            throw new CommunicationException(what + " failed: " + errorText(code));
        }
    }

    private static int code(String what, Call call) {
        try {
            return call.run();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new CommunicationException(what + " failed", e);
        }
    }

    private String errorText(int code) {
        MethodHandle string = find("MPI_Error_string", JAVA_INT, ADDRESS, ADDRESS);
        int failed = code("MPI_Error_string", () -> (int) string.invokeExact(code, text, number));
        return failed != 0 ? "error " + code : text.getString(0) + " (" + code + ")";
    }

    /** Starts MPI; errors are returned from then on. */
    void start() {
        MethodHandle init = find("MPI_Init_thread", JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS);
        require("MPI_Init_thread", () -> (int) init.invokeExact(0L, 0L, FUNNELED, number));
        MethodHandle handler = find("MPI_Comm_set_errhandler", handle(), handle());
        require("MPI_Comm_set_errhandler", () -> (int) handler.invokeExact(library.world(), library.errorsReturn()));
    }

    int rank() {
        MethodHandle rank = find("MPI_Comm_rank", handle(), ADDRESS);
        require("MPI_Comm_rank", () -> (int) rank.invokeExact(library.world(), number));
        return number.get(JAVA_INT, 0);
    }

    int size() {
        MethodHandle size = find("MPI_Comm_size", handle(), ADDRESS);
        require("MPI_Comm_size", () -> (int) size.invokeExact(library.world(), number));
        return number.get(JAVA_INT, 0);
    }

    /** Name and version: the first line of what the library says, up to a comma. */
    String version() {
        MethodHandle version = find("MPI_Get_library_version", ADDRESS, ADDRESS);
        require("MPI_Get_library_version", () -> (int) version.invokeExact(text, number));
        return Stream.of(text.getString(0).split("[\n,]")).findFirst().orElse("").strip();
    }

    void finish() {
        MethodHandle finish = find("MPI_Finalize");
        require("MPI_Finalize", () -> (int) finish.invokeExact());
    }

    /** Starts to send; {@code request} gets the handle. */
    void send(MemorySegment memory, int to, int tag, MemorySegment request) {
        require("MPI_Isend to rank " + to,
                () -> (int) isend.invokeExact(memory, (int) memory.byteSize(), library.bytes(), to, tag, library.world(), request));
    }

    /** Starts to receive; {@code request} gets the handle. */
    void receive(MemorySegment memory, int from, int tag, MemorySegment request) {
        require("MPI_Irecv from rank " + from,
                () -> (int) irecv.invokeExact(memory, (int) memory.byteSize(), library.bytes(), from, tag, library.world(), request));
    }

    /** Takes an empty message that has come. */
    void take(int from, int tag) {
        require("MPI_Recv from rank " + from, () -> (int) recv.invokeExact(MemorySegment.NULL, 0, library.bytes(), from, tag,
                library.world(), library.ignoredStatus()));
    }

    /** Whether all requests of a rank are done. */
    boolean done(int count, MemorySegment requests, int rank) {
        require("message to or from rank " + rank,
                () -> (int) testall.invokeExact(count, requests, number, library.ignoredStatus()));
        return number.get(JAVA_INT, 0) != 0;
    }

    /** Whether a message has come. */
    boolean hasCome(int from, int tag) {
        require("MPI_Iprobe", () -> (int) iprobe.invokeExact(from, tag, library.world(), number, library.ignoredStatus()));
        return number.get(JAVA_INT, 0) != 0;
    }
}
