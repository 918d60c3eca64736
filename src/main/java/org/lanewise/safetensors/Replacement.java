package org.lanewise.safetensors;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Replaces a file so that at any moment, also after a crash of the program or the machine, its name stands for the old or the new one,
 * whole: a temporary file beside it is written, forced to the disk and renamed, and the folder is forced. Whoever writes a temporary file
 * holds a lock on it, which ends with its process; the next replacement removes those without.
 */
public final class Replacement {
    private static final String SUFFIX = ".lanewise-tmp";
    private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();
    private static final SplittableRandom RANDOM = new SplittableRandom();

    private Replacement() {}

    /** Writes a file's content. */
    public interface Content {
        /**
         * Writes it.
         *
         * @param channel an empty file
         * @throws IOException if that fails
         */
        void write(FileChannel channel) throws IOException;
    }

    /**
     * Replaces a file, or makes it if there is none.
     *
     * @param path where it is, in a folder that is there
     * @param content what it is to contain
     * @throws IOException if it could not be written or forced to the disk; then the file is what it was, unless the message says that
     *         only its folder could not be forced. The message begins with its name
     */
    public static void of(Path path, Content content) throws IOException {
        Uninterrupted.call(() -> {
            try {
                if (Files.isDirectory(path)) {
                    throw new IOException("it is a folder");
                }
                // A link stays one.
                Path named = Files.isSymbolicLink(path) ? path.toRealPath() : path.toAbsolutePath();
                // One name for each temporary file, however its folder is reached.
                replace(named.getParent().toRealPath().resolve(named.getFileName()), content);
                return path;
            } catch (IOException e) {
                throw failed(path, "not saved", e);
            }
        });
    }

    /**
     * What went wrong with a file.
     *
     * @param path the file
     * @param what happened to it
     * @param e why
     * @return to be thrown
     */
    public static IOException failed(Path path, String what, IOException e) {
        // Messages of the file system are a name and sometimes a reason.
        String reason = e instanceof NoSuchFileException ? "there is no such file or folder"
                : e instanceof FileSystemException system && system.getReason() != null ? system.getReason()
                : e instanceof FileSystemException ? e.getClass().getSimpleName().replace("Exception", "") : e.getMessage();
        return new IOException(path + ": " + what + ": " + reason, e);
    }

    private static void replace(Path target, Content content) throws IOException {
        removeLeftovers(target);
        boolean replaced = false;
        while (!replaced) {
            replaced = replaced(target, target.resolveSibling("." + target.getFileName() + "." + random() + SUFFIX), content);
        }
        forceFolder(target.getParent());
    }

    /** Whether that was done; not if another process took the temporary file for one that was left. */
    private static boolean replaced(Path target, Path temporary, Content content) throws IOException {
        OWN.add(temporary);
        boolean replaced = false;
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            lock(channel);
            if (Files.exists(temporary)) {
                try (WriteBehind _ = WriteBehind.of(channel)) {
                    content.write(channel);
                }
                channel.force(true);
                // While it is locked.
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
                replaced = true;
            }
        } finally {
            if (!replaced) {
                Files.deleteIfExists(temporary);
            }
            OWN.remove(temporary);
        }
        return replaced;
    }

    private static synchronized String random() {
        return HexFormat.of().toHexDigits(RANDOM.nextLong());
    }

    private static void lock(FileChannel channel) {
        try {
            channel.lock();
        } catch (IOException _) {
            // A file system without locks: then nobody else can take it either.
            return;
        }
    }

    /** Those whose writers have ended. */
    private static void removeLeftovers(Path target) throws IOException {
        Pattern names = Pattern.compile("\\Q." + target.getFileName() + ".\\E[0-9a-f]{16}\\Q" + SUFFIX + "\\E");
        try (DirectoryStream<Path> all = Files.newDirectoryStream(target.getParent(),
                path -> names.matcher(path.getFileName().toString()).matches())) {
            for (Path each : all) {
                if (!OWN.contains(each)) {
                    removeUnlessLocked(each);
                }
            }
        }
    }

    private static void removeUnlessLocked(Path leftover) {
        try (FileChannel channel = FileChannel.open(leftover, StandardOpenOption.WRITE); FileLock lock = channel.tryLock()) {
            if (lock != null) {
                Files.deleteIfExists(leftover);
            }
        } catch (IOException | OverlappingFileLockException _) {
            // It is somebody else's, or gone by now.
            return;
        }
    }

    /**
     * Makes names in a folder durable.
     *
     * @param folder the folder
     * @throws IOException if that fails
     */
    public static void forceFolder(Path folder) throws IOException {
        // Windows keeps names durable by itself, and opens no folder.
        if (!System.getProperty("os.name").startsWith("Windows")) {
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            } catch (IOException e) {
                throw new IOException("the file is replaced, but its folder could not be forced to the disk: " + e.getMessage(), e);
            }
        }
    }
}
