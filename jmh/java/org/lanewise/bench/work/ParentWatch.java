package org.lanewise.bench.work;

import java.util.List;

/** Ends this JVM when the one that started it is gone, be it killed: else it would measure, and hold the machine, for nobody. */
public final class ParentWatch {
    private static final String PARENT = "lanewise.parent";
    private static final int EVERY_MILLIS = 500;
    /** What a shell says of a process that lost its terminal. */
    private static final int EXIT = 129;

    private static boolean started;

    private ParentWatch() {}

    /** What a JVM that this one starts needs. */
    public static String flag() {
        return "-D" + PARENT + "=" + ProcessHandle.current().pid();
    }

    /** The arguments of a JVM without the flag that names its parent. */
    public static List<String> without(List<String> arguments) {
        return arguments.stream().filter(argument -> !argument.startsWith("-D" + PARENT + "=")).toList();
    }

    /** Begins to watch, if this JVM was started with {@link #flag}. */
    public static synchronized void start() {
        Long parent = Long.getLong(PARENT);
        // A JVM that inherited the flag from its parent, as JMH's forks may, has another parent that is alive.
        boolean inherited = parent != null && parentPid() != parent && ProcessHandle.of(parent).isPresent();
        if (parent != null && !started && !inherited) {
            started = true;
            Thread.ofPlatform().daemon().name("lanewise-parent-watch").start(() -> watch(parent));
        }
    }

    private static long parentPid() {
        return ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(-1L);
    }

    /** A parent that was killed may stand in the list of processes for a while, but its children have another parent at once. */
    private static void watch(long parent) {
        try {
            while (parentPid() == parent) {
                Thread.sleep(EVERY_MILLIS);
            }
            Runtime.getRuntime().halt(EXIT);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
