package org.lanewise.demo;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.lanewise.tool.WholeFile;

/** Reads the lines of a text, plain or gzipped, within limits: no file, whatever is in it, takes much time or memory. */
final class TextLines {
    /** Some ten times what a line of 65 small numbers has. */
    static final int LONGEST = 2_000;

    /** Of a file as it is on the disk: even the header of a gzip file may have any length. */
    static final long MOST_BYTES = 64L << 20;

    private static final int GZIP_MAGIC = 0x1f8b;

    /** Takes a line without its end, and its number, from 1 on. */
    interface Each {
        void line(String text, int number) throws IOException;
    }

    private TextLines() {}

    /**
     * Reads a file.
     *
     * @param most number of lines
     * @throws BadInput if it is missing, unreadable, no regular file or beyond a limit; what the consumer throws goes on
     */
    static void read(Path file, int most, Each each) throws BadInput {
        String problem = problem(file);
        if (problem != null) {
            throw new BadInput(file + ": " + problem);
        }
        try (InputStream in = Files.newInputStream(file)) {
            read(file.toString(), in, most, each);
        } catch (BadInput e) {
            throw e;
        } catch (IOException e) {
            throw new BadInput(file + ": cannot be read: " + WholeFile.reason(e));
        }
    }

    /** Why a file is not even opened; null if it is. A pipe may never be written to, and a device may have no end. */
    private static String problem(Path file) {
        if (!Files.exists(file)) {
            return "no such file";
        }
        if (Files.isDirectory(file)) {
            return "is a directory, expected a file";
        }
        if (!Files.isRegularFile(file)) {
            return "is a pipe or a device, expected a file";
        }
        if (!Files.isReadable(file)) {
            return "no permission to read it";
        }
        try {
            return Files.size(file) <= MOST_BYTES ? null
                    : String.format(Locale.ROOT, "has %,d bytes, expected at most %,d", Files.size(file), MOST_BYTES);
        } catch (IOException e) {
            return "cannot be read: " + WholeFile.reason(e);
        }
    }

    /** Reads a stream that stands for a file of some name. */
    static void read(String name, InputStream in, int most, Each each) throws IOException {
        try (BufferedReader text = new BufferedReader(new InputStreamReader(unzipped(in), StandardCharsets.UTF_8))) {
            int number = 0;
            for (String line = next(text, name, 1); line != null; line = next(text, name, number + 1)) {
                number++;
                if (number > most) {
                    throw new BadInput(String.format(Locale.ROOT, "%s: more than %,d lines", name, most));
                }
                each.line(line, number);
            }
        } catch (EOFException _) {
            throw new BadInput(name + ": ends within its gzip data");
        } catch (ZipException e) {
            throw new BadInput(name + ": is no sound gzip file: " + e.getMessage());
        } catch (StackOverflowError _) {
            // GZIPInputStream calls itself for each part without content, and a file of 2 MB may have 100,000.
            throw new BadInput(name + ": is no sound gzip file: too many parts");
        }
    }

    private static InputStream unzipped(InputStream in) throws IOException {
        var buffered = new BufferedInputStream(in);
        buffered.mark(2);
        int magic = buffered.read() << 8 | buffered.read();
        buffered.reset();
        return magic == GZIP_MAGIC ? new GZIPInputStream(buffered) : buffered;
    }

    /** The next line, ended by LF, CR LF, CR or the end; null after the last. */
    private static String next(BufferedReader text, String name, int number) throws IOException {
        int read = text.read();
        if (read < 0) {
            return null;
        }
        var line = new StringBuilder();
        for (; read >= 0 && read != '\n' && read != '\r'; read = text.read()) {
            if (line.length() == LONGEST) {
                throw new BadInput(String.format(Locale.ROOT, "%s:%d: line has more than %,d characters", name, number, LONGEST));
            }
            line.append((char) read);
        }
        if (read == '\r') {
            text.mark(1);
            if (text.read() != '\n') {
                text.reset();
            }
        }
        return line.toString();
    }
}
