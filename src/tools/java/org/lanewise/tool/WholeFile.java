package org.lanewise.tool;

import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads files whole, up to a limit, and writes them whole or not at all: the text goes into a file beside the one that is meant, which
 * then takes its place. Whoever reads meanwhile, or finds the folder after a crash or on a full disk, has the old file or the new one.
 */
public final class WholeFile {
    /** Where an open file of a process has a name, which stands for it even if it is a regular file. */
    private static final List<Path> OPEN_FILES =
            List.of(Path.of("/dev/stdout"), Path.of("/dev/stderr"), Path.of("/dev/fd"), Path.of("/proc"));

    /** What this process has open already: it need not be allowed to open it again, and what it prints later stands behind the text. */
    private static final Map<Path, FileDescriptor> OWN = Map.of(
            Path.of("/dev/stdout"), FileDescriptor.out, Path.of("/dev/fd/1"), FileDescriptor.out, Path.of("/proc/self/fd/1"),
            FileDescriptor.out, Path.of("/dev/stderr"), FileDescriptor.err, Path.of("/dev/fd/2"), FileDescriptor.err,
            Path.of("/proc/self/fd/2"), FileDescriptor.err);

    private static final AtomicLong PARTS = new AtomicLong();

    private WholeFile() {}

    /**
     * Reads a file.
     *
     * @param file a regular one: a pipe has no end before its writer ends, and a device may have none at all
     * @param most number of bytes
     * @return its text, in UTF-8
     * @throws IOException if it cannot be read; the message names it
     */
    public static String read(Path file, int most) throws IOException {
        try {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw new IOException("is no regular file");
            }
            if (Files.size(file) > most) {
                throw new IOException("has " + Files.size(file) + " bytes, at most " + most + " are read");
            }
            try (InputStream in = Files.newInputStream(file)) {
                return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(in.readNBytes(most))).toString();
            }
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": no such file", e);
        } catch (IOException e) {
            throw new IOException(file + ": cannot be read: " + reason(e), e);
        }
    }

    /**
     * Requires that a file can be written, before the work whose result it will have.
     *
     * @param option what names it, for the sentence that refuses
     * @param file where to
     * @throws IOException if it cannot
     */
    public static void requireWritable(String option, Path file) throws IOException {
        if (OWN.containsKey(plain(file))) {
            return;
        }
        if (Files.isDirectory(file)) {
            throw new IOException(option + " " + file + ": is a directory");
        }
        Path parent = file.toAbsolutePath().getParent();
        if (!isOpen(file) && (!Files.isDirectory(parent) || !Files.isWritable(parent))) {
            throw new IOException(option + " " + file + ": its directory does not exist or is not writable");
        }
        if (Files.exists(file) && !Files.isWritable(file)) {
            throw new IOException(option + " " + file + ": no permission");
        }
    }

    /** Whether a text is written into what is there, since no other file can take its place. */
    private static boolean isOpen(Path file) {
        return Files.exists(file) && (!Files.isRegularFile(file) || OPEN_FILES.stream().anyMatch(plain(file)::startsWith));
    }

    private static Path plain(Path file) {
        return file.toAbsolutePath().normalize();
    }

    /**
     * Writes a file; makes its folder if there is none.
     *
     * @param file where to; if it is no regular file or is called as {@code /dev/stdout}, the text is written behind what is in it
     * @param text what, in UTF-8
     * @throws IOException if it cannot be written; the message names the file, and what was there is unchanged
     */
    public static void write(Path file, String text) throws IOException {
        writeAll(Map.of(file, text));
    }

    /**
     * Writes some files, none of them before all texts are on the disk.
     *
     * @param texts what, by where to, in the order in which they take their places
     * @throws IOException if one cannot be written; the message names it. Only if a file cannot be renamed have others changed
     */
    public static void writeAll(Map<Path, String> texts) throws IOException {
        Map<Path, Path> written = new LinkedHashMap<>();
        Path file = null;
        try {
            for (Map.Entry<Path, String> text : texts.entrySet()) {
                file = text.getKey();
                prepare(file, text.getValue(), written);
            }
            for (Map.Entry<Path, Path> one : written.entrySet()) {
                file = one.getKey();
                move(one.getValue(), file);
            }
        } catch (IOException e) {
            throw new IOException(file + ": cannot be written: " + reason(e), e);
        } finally {
            for (Path part : written.values()) {
                Files.deleteIfExists(part);
            }
        }
    }

    private static void prepare(Path file, String text, Map<Path, Path> written) throws IOException {
        FileDescriptor own = OWN.get(plain(file));
        if (own != null) {
            // Not closed: the process goes on printing.
            new FileOutputStream(own).write(text.getBytes(StandardCharsets.UTF_8));
            return;
        }
        boolean exists = Files.exists(file);
        if (exists && Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "is a directory");
        }
        if (exists && !Files.isWritable(file)) {
            throw new AccessDeniedException(file.toString());
        }
        if (isOpen(file)) {
            Files.writeString(file, text, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
            return;
        }
        // Of a symbolic link, what it points to is replaced.
        Path target = exists ? file.toRealPath() : file.toAbsolutePath();
        Files.createDirectories(target.getParent());
        // Without the file's name, which may be as long as names can be.
        Path part = target.resolveSibling("." + ProcessHandle.current().pid() + "-" + PARTS.getAndIncrement() + ".part");
        written.put(target, part);
        try (FileChannel out = FileChannel.open(part,
                StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            for (ByteBuffer bytes = StandardCharsets.UTF_8.encode(text); bytes.hasRemaining();) {
                out.write(bytes);
            }
            // Some file systems rename before they write, and after a crash the file is then empty.
            out.force(true);
        }
        PosixFileAttributeView permissions = Files.getFileAttributeView(part, PosixFileAttributeView.class);
        if (exists && permissions != null) {
            permissions.setPermissions(Files.getPosixFilePermissions(target));
        }
    }

    private static void move(Path part, Path file) throws IOException {
        try {
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException _) {
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Why a file cannot be read or written, in words that stand behind its name. */
    public static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException _ -> "no permission";
            case NoSuchFileException _ -> "no such file";
            case FileAlreadyExistsException about -> about.getFile() + " is no directory";
            case CharacterCodingException _ -> "is not text in UTF-8";
            case EOFException _ -> "ends too early";
            case FileSystemException about when about.getReason() != null -> about.getReason();
            default -> e.getMessage() == null ? "the system does not say why" : e.getMessage();
        };
    }
}
