package org.lanewise.tool;

import java.io.IOException;
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
import java.util.Map;

/**
 * Writes files whole or not at all: the text goes into a file beside the one that is meant, which then takes its place. Whoever reads
 * meanwhile, or finds the folder after a crash or on a full disk, has the old file or the new one.
 */
public final class WholeFile {
    private WholeFile() {}

    /**
     * Writes a file; makes its folder if there is none.
     *
     * @param file where to; if it is no regular file, as {@code /dev/stdout}, the text is written into it as it is
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
        boolean exists = Files.exists(file);
        if (exists && Files.isDirectory(file)) {
            throw new FileSystemException(file.toString(), null, "is a directory");
        }
        if (exists && !Files.isWritable(file)) {
            throw new AccessDeniedException(file.toString());
        }
        if (exists && !Files.isRegularFile(file)) {
            Files.writeString(file, text);
            return;
        }
        // Of a symbolic link, what it points to is replaced.
        Path target = exists ? file.toRealPath() : file.toAbsolutePath();
        Files.createDirectories(target.getParent());
        Path part = target.resolveSibling("." + target.getFileName() + "." + ProcessHandle.current().pid() + ".part");
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
            case FileSystemException about when about.getReason() != null -> about.getReason();
            default -> e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        };
    }
}
