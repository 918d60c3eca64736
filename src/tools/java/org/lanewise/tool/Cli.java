package org.lanewise.tool;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.FileSystemException;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;

/** How all commands read their arguments and end: what goes wrong is one sentence on standard error and a code of {@link ExitCode}. */
public final class Cli {
    private static final int MI = 1 << 20;

    private Cli() {}

    /** A command that prints to two writers. */
    public static CommandLine of(Object command, PrintWriter out, PrintWriter err) {
        return new CommandLine(command).setOut(out).setErr(err)
                // An argument that begins with @ is itself, not a file of arguments, which may have no end.
                .setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(int.class, wholeNumber(BigInteger::intValueExact))
                .registerConverter(Integer.class, wholeNumber(BigInteger::intValueExact))
                .registerConverter(long.class, wholeNumber(BigInteger::longValueExact))
                .setParameterExceptionHandler((e, _) -> refused(e))
                .setExecutionExceptionHandler(Cli::failed);
    }

    /** Runs a command; gives its exit code, whatever it throws. */
    public static int run(CommandLine command, String... args) {
        try {
            return command.execute(args);
        } catch (OutOfMemoryError _) {
            command.getErr().println("memory does not suffice: the heap has at most " + Runtime.getRuntime().maxMemory() / MI
                    + " MiB; -Xmx gives the JVM more");
            return ExitCode.MEMORY;
        } catch (Throwable e) {
            return unexpected(e, command);
        }
    }

    private static int refused(ParameterException e) {
        CommandLine command = e.getCommandLine();
        command.getErr().println(Printable.line(e.getMessage()) + "; see --help");
        return ExitCode.USAGE;
    }

    private static int failed(Exception e, CommandLine command, ParseResult parsed) {
        IOException about = e instanceof UncheckedIOException unchecked ? unchecked.getCause() : e instanceof IOException io ? io : null;
        if (about != null) {
            command.getErr().println(Printable.line(sentence(about)));
            return ExitCode.FILE;
        }
        return unexpected(e, command);
    }

    private static int unexpected(Throwable e, CommandLine command) {
        command.getErr().println("this should not have happened; please report these lines:");
        e.printStackTrace(command.getErr());
        return ExitCode.UNEXPECTED;
    }

    /** The library's own exceptions are sentences, the JDK's are often only the name of the file. */
    private static String sentence(IOException e) {
        return e instanceof FileSystemException about && about.getFile() != null ? about.getFile() + ": " + WholeFile.reason(e)
                : WholeFile.reason(e);
    }

    /** As {@code 1000000}, {@code 1,000,000} or {@code 1_000_000}. */
    private static <T> ITypeConverter<T> wholeNumber(Function<BigInteger, T> value) {
        return text -> {
            BigInteger number;
            try {
                number = Units.number(text).toBigIntegerExact();
            } catch (ArithmeticException | NumberFormatException _) {
                throw new TypeConversionException("must be a whole number, got '" + text + "'");
            }
            try {
                return value.apply(number);
            } catch (ArithmeticException _) {
                throw new TypeConversionException("must be a whole number that is not so large, got '" + text + "'");
            }
        };
    }
}
