package org.lanewise.bench.peers;

import org.lanewise.bench.work.ParentWatch;
import org.lanewise.bench.work.Stepping;

/** The program of one fresh JVM: makes a rival that steps by Adam, and times each step from the first on. */
public final class StartRival {
    private StartRival() {}

    /** Peer, number of parameters, seconds. */
    public static void main(String... args) {
        ParentWatch.start();
        int n = Integer.parseInt(args[1]);
        Stepping.printStart(new RivalMaker(Peer.valueOf(args[0]), Data.parameters(n), Data.gradients(n, 1)), Double.parseDouble(args[2]));
        // Threads of native libraries outlive main.
        System.exit(0);
    }

    private record RivalMaker(Peer peer, float[] parameters, float[] gradients) implements Stepping.Maker {
        @Override
        public Runnable make() {
            Rival rival = peer.create(Recipe.byRule().get("Adam"), parameters.length, 1);
            rival.setParameters(parameters);
            rival.setGradients(gradients);
            return new Steps(rival);
        }
    }

    private record Steps(Rival rival) implements Runnable {
        @Override
        public void run() {
            rival.step();
        }
    }
}
