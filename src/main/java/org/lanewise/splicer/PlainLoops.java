package org.lanewise.splicer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.lanewise.kernel.Kernel;

/**
 * The plain loops of one kernel class of the library, which were spliced when it was built: over planes that each are floats in an array
 * from its start on. The build writes a class that extends this one, and one for each loop: the first reads options as fields, the others
 * are for the options of rules as they are in use. To load them takes half a millisecond; to splice one in a JVM that has just been
 * started, more than a hundred. Thread-safe.
 */
public abstract class PlainLoops {
    /** What follows the name of a kernel class in that of its plain loops; a number follows that in the names of loops. */
    static final String SUFFIX = "$$plain";

    private static final int ANY_OPTIONS = 0;

    private final String[] names;
    private final List<Loop> loops = new ArrayList<>();
    private final Map<Integer, Map<String, Boolean>> options = new ConcurrentHashMap<>();

    /** The loop for some options. */
    private static final class Loop implements Executed.Built {
        private final PlainLoops all;
        private final int number, options;
        private final Accesses accesses;
        private final Executed executed = new Executed(this);

        Loop(PlainLoops all, int options, Accesses accesses) {
            this.all = all;
            this.number = all.loops.size();
            this.options = options;
            this.accesses = accesses;
        }

        @Override
        public Class<?> type() {
            try {
                return Class.forName(all.getClass().getName() + number);
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public Kernel make(Object owner) {
            return all.make(number, owner);
        }

        @Override
        public Accesses accesses() {
            return accesses;
        }
    }

    /**
     * Called by what the build writes.
     *
     * @param names of the options, separated by commas; "" if there are none
     */
    protected PlainLoops(String names) {
        this.names = names.isEmpty() ? new String[0] : names.split(",");
    }

    /** Those of a kernel class; empty for kernels of others. */
    static Optional<PlainLoops> of(Class<?> kernel) {
        if (kernel.getClassLoader() != PlainLoops.class.getClassLoader()) {
            return Optional.empty();
        }
        try {
            Class<?> type = Class.forName(kernel.getName() + SUFFIX, true, kernel.getClassLoader());
            return Optional.of((PlainLoops) type.getDeclaredConstructor().newInstance());
        } catch (ClassNotFoundException _) {
            return Optional.empty();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("plain loops of " + kernel.getName() + " not usable", e);
        }
    }

    /**
     * Called by what the build writes, for the loop that reads options first.
     *
     * @param options what it is for, as {@link #options(Kernel)} tells
     * @param read planes that it reads
     * @param written planes that it writes
     * @param leftOut as of {@link Accesses}
     * @param rereads as of {@link Accesses}
     */
    protected final void add(int options, int read, int written, int leftOut, boolean rereads) {
        loops.add(new Loop(this, options, new Accesses(read, written, leftOut, rereads)));
    }

    /**
     * The options of a kernel.
     *
     * @param kernel one of this class
     * @return a bit for each that is true
     */
    protected abstract int options(Kernel kernel);

    /**
     * Makes a kernel that runs a loop.
     *
     * @param loop its number
     * @param owner the only argument of the kernel's constructor
     * @return a new kernel
     */
    protected abstract Kernel make(int loop, Object owner);

    /** The options of a kernel by name. */
    final Map<String, Boolean> optionsOf(Kernel kernel) {
        int bits = options(kernel);
        Map<String, Boolean> known = options.get(bits);
        if (known == null) {
            known = named(bits);
            options.put(bits, known);
        }
        return known;
    }

    private Map<String, Boolean> named(int bits) {
        Map<String, Boolean> named = HashMap.newHashMap(names.length);
        for (int k = 0; k < names.length; k++) {
            named.put(names[k], (bits >> k & 1) == 1);
        }
        return Collections.unmodifiableMap(named);
    }

    /** The loop for a kernel. */
    final Executed loop(Kernel kernel) {
        return loops.get(number(kernel)).executed;
    }

    /** Whether that has the kernel's options as constants. */
    final boolean isExact(Kernel kernel) {
        return names.length == 0 || number(kernel) != ANY_OPTIONS;
    }

    private int number(Kernel kernel) {
        int wanted = options(kernel), number = loops.size() - 1;
        while (number > ANY_OPTIONS && loops.get(number).options != wanted) {
            number--;
        }
        return number;
    }
}
