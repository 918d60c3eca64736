package org.lanewise.torchfile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Files that PyTorch 2.14.1 wrote, and files by hand. */
final class Files214 {
    static final Path FOLDER = Path.of("src/test/resources/goldens/checkpoints214");

    private Files214() {}

    static byte[] bytes(String name) throws IOException {
        return Files.readAllBytes(FOLDER.resolve(name));
    }

    /** The value of a file, with every number of its tensors read. */
    static String read(byte[] file) throws IOException {
        StringBuilder text = new StringBuilder();
        show(TorchFile.read(MemorySegment.ofArray(file)), text);
        return text.toString();
    }

    private static void show(Pickled value, StringBuilder text) throws IOException {
        switch (value) {
            case Pickled.Dict dict -> {
                for (Map.Entry<Pickled.Key, Pickled> each : dict.entries().entrySet()) {
                    text.append(each.getKey()).append(": ");
                    show(each.getValue(), text);
                }
            }
            case Pickled.Items items -> showAll("list", items.items(), text);
            case Pickled.Tuple tuple -> showAll("tuple", tuple.items(), text);
            case Pickled.Tensor tensor -> {
                text.append(tensor);
                tensor.floats((_, values, count) -> {
                    for (int i = 0; i < count; i++) {
                        text.append(' ').append(values[i]);
                    }
                });
            }
            default -> text.append(value);
        }
        text.append('\n');
    }

    private static void showAll(String kind, List<Pickled> items, StringBuilder text) throws IOException {
        text.append(kind).append(items.size()).append(' ');
        for (Pickled each : items) {
            show(each, text);
        }
    }

    /** A file of a pickle and one storage of 24 bytes named 0. */
    static byte[] file(byte[] pickle) {
        return file(Map.of("s/data.pkl", pickle, "s/data/0", new byte[24], "s/byteorder", ascii("little"), "s/version", ascii("3\n")));
    }

    static byte[] file(Map<String, byte[]> entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (WritableByteChannel channel = Channels.newChannel(bytes)) {
            ZipWriter zip = new ZipWriter(channel);
            for (String name : entries.keySet().stream().sorted().toList()) {
                zip.add(name, entries.get(name));
            }
            zip.finish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** A pickle of these opcodes, one character for each byte. */
    static byte[] pickle(String opcodes) {
        return ("\u0080\u0002" + opcodes).getBytes(StandardCharsets.ISO_8859_1);
    }
}
