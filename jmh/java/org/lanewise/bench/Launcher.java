package org.lanewise.bench;

/**
 * Where the jar starts. The only class of it that older Java can read, so that there too one sentence says what is missing; it names
 * no other class.
 */
public final class Launcher {
    private static final int NEEDED = 25;
    private static final int UNUSABLE = 2;

    private Launcher() {}

    /**
     * Runs {@code org.lanewise.bench.Main}.
     *
     * @param args see {@code --help}
     * @throws Exception if that class does
     */
    public static void main(String[] args) throws Exception {
        String missing = missing(System.getProperty("java.specification.version"), System.getProperty("java.version"),
                System.getProperty("java.home"));
        if (missing != null) {
            System.err.println(missing);
            System.exit(UNUSABLE);
        }
        Class.forName("org.lanewise.bench.Main").getMethod("main", String[].class).invoke(null, (Object) args);
    }

    /** One sentence for a Java that is too old; null for others. */
    static String missing(String specification, String version, String home) {
        String number = specification.startsWith("1.") ? specification.substring(2) : specification;
        return Integer.parseInt(number) >= NEEDED ? null : "Lanewise needs Java " + NEEDED + ", this is " + version + " at " + home;
    }
}
