package org.lanewise.tool;

/** How every command ends. */
public final class ExitCode {
    /** It has done what it was asked to. */
    public static final int OK = 0;

    /** It has run, and what it looked for is not so: bits differ, or something could not be measured. */
    public static final int FAILED = 1;

    /** The command line cannot be carried out as it is, or not by this JVM. */
    public static final int USAGE = 2;

    /** No bit differs, and yet nothing is shown: C2 had not compiled a loop, no step moved a parameter, or nothing could be compared. */
    public static final int NOT_SHOWN = 3;

    /** Another JMH runs on this machine. */
    public static final int BUSY = 4;

    /** A file cannot be read or written, or does not hold what it should. */
    public static final int FILE = 5;

    /** The JVM has too little memory. */
    public static final int MEMORY = 6;

    /** A mistake in the command itself; {@code EX_SOFTWARE} of BSD's sysexits. */
    public static final int UNEXPECTED = 70;

    /** Those that every command has, for its help. */
    public static final String COMMON = "2 if the command line cannot be carried out, 5 if a file cannot be read or written, 6 if memory "
            + "does not suffice";

    private ExitCode() {}
}
