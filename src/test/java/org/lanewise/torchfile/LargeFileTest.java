package org.lanewise.torchfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tensor of more than 4 GiB and one behind it: sizes and places that take zip64. */
@Tag("slow")
class LargeFileTest {
    private static final long LARGE = (1L << 32) + 10;

    @TempDir
    private Path folder;

    /** Leaves zeros out of the file, which then has a hole. */
    private record Sparse(FileChannel file) implements WritableByteChannel {
        @Override
        public int write(ByteBuffer bytes) throws IOException {
            int count = bytes.remaining();
            if (bytes.mismatch(ByteBuffer.allocate(count)) < 0) {
                file.position(file.position() + count);
                bytes.position(bytes.limit());
                return count;
            }
            return file.write(bytes);
        }

        @Override
        public boolean isOpen() {
            return file.isOpen();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    @Test
    void tensorsBeyondFourGibibytesAreWrittenAndRead() throws IOException {
        Map<Pickled.Key, Pickled> tensors = new LinkedHashMap<>();
        // Native memory of the writer is not cleared, so zeros have to be written.
        tensors.put(new Pickled.Text("large"), new Pickled.Tensor(Dtype.U8, List.of(LARGE), (_, target) -> target.fill((byte) 0)));
        tensors.put(new Pickled.Text("behind"), new Pickled.Tensor(Dtype.BOOL, List.of(3L), (_, target) -> target.fill((byte) 1)));
        Path path = folder.resolve("large.pt");
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            TorchFileWriter.write(new Pickled.Dict(tensors), new Sparse(file));
        }
        assertTrue(Files.size(path) > LARGE);
        try (TorchFile file = TorchFile.open(path)) {
            Map<Pickled.Key, Pickled> read = ((Pickled.Dict) file.root()).entries();
            assertEquals("a tensor of uint8 [4294967306]", read.get(new Pickled.Text("large")).toString());
            float[] behind = new float[3];
            ((Pickled.Tensor) read.get(new Pickled.Text("behind")))
                    .floats((_, values, count) -> System.arraycopy(values, 0, behind, 0, count));
            assertEquals(List.of(1f, 1f, 1f), List.of(behind[0], behind[1], behind[2]));
            // All of it is checked before the first number is read.
            ((Pickled.Tensor) read.get(new Pickled.Text("large"))).elements()
                    .read(LARGE - 1, MemorySegment.ofArray(new byte[1]));
        }
    }
}
