package org.lanewise.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class CliTest {
    private final StringWriter err = new StringWriter();

    @Test
    void aFileThatCannotBeUsedIsOneSentenceWithItsName() {
        assertFileProblem("a.json: cannot be read: it is odd", new IOException("a.json: cannot be read: it is odd"));
        assertFileProblem("a.json: no such file", new NoSuchFileException("a.json"));
        assertFileProblem("a.json: No space left on device", new FileSystemException("a.json", null, "No space left on device"));
        assertFileProblem("a: a is no directory", new FileAlreadyExistsException("a"));
        assertFileProblem("ends too early", new EOFException());
        assertFileProblem("the system does not say why", new IOException());
        assertFileProblem("a.json: no such file", new UncheckedIOException(new NoSuchFileException("a.json")));
    }

    @Test
    void tooLittleMemoryIsOneSentence() {
        assertEquals(ExitCode.MEMORY, run(() -> {
            throw new OutOfMemoryError("Java heap space");
        }));
        assertTrue(err.toString().matches("memory does not suffice: the heap has at most \\d+ MiB; -Xmx gives the JVM more\\R"),
                err::toString);
    }

    @Test
    void aMistakeOfTheCommandIsSaidToBeOneAndShownWhole() {
        assertEquals(ExitCode.UNEXPECTED, run(() -> {
            throw new NullPointerException();
        }));
        assertTrue(err.toString().startsWith("this should not have happened; please report these lines:"), err::toString);
        assertTrue(err.toString().contains(CliTest.class.getName()), err::toString);
    }

    @Test
    void anErrorEndsNoOtherwiseThanAnException() {
        assertEquals(ExitCode.UNEXPECTED, run(() -> {
            throw new StackOverflowError();
        }));
        assertTrue(err.toString().startsWith("this should not have happened; please report these lines:"), err::toString);
    }

    @Test
    void whatAMessageHasThatCannotBeSeenIsShownAsQuestionMarks() {
        assertFileProblem("a?[2J?b c: no such file", new NoSuchFileException("a\u001b[2J\u202eb\r\n c"));
        assertRefused("Unmatched argument at index 0: 'a?b'", "a\u0007b");
    }

    @Test
    void wholeNumbersMayBeGrouped() {
        for (String number : new String[] {"1000000", "1,000,000", "1_000_000", "1e6"}) {
            Sum sum = new Sum();
            assertEquals(0, Cli.run(Cli.of(sum, new PrintWriter(err), new PrintWriter(err)), "--int", number, "--long", "-" + number));
            assertEquals(1_000_000, sum.first);
            assertEquals(-1_000_000, sum.second);
        }
        assertRefused("Invalid value for option '--int': must be a whole number, got 'null'", "--int", "null");
        assertRefused("Invalid value for option '--int': must be a whole number that is not so large, got '3000000000'",
                "--int", "3000000000");
        assertRefused("Invalid value for option '--long': must be a whole number, got '1.5'", "--long", "1.5");
        assertRefused("Invalid value for option '--int': must be a whole number, got '1__0'", "--int", "1__0");
        assertRefused("Invalid value for option '--int': must be a whole number, got '1_'", "--int", "1_");
    }

    private void assertRefused(String sentence, String... args) {
        err.getBuffer().setLength(0);
        assertEquals(ExitCode.USAGE, Cli.run(Cli.of(new Sum(), new PrintWriter(err), new PrintWriter(err, true)), args));
        assertEquals(sentence + "; see --help", err.toString().strip());
    }

    private void assertFileProblem(String sentence, Exception problem) {
        err.getBuffer().setLength(0);
        assertEquals(ExitCode.FILE, run(() -> {
            throw problem;
        }));
        assertEquals(sentence, err.toString().strip());
    }

    private int run(Callable<Integer> body) {
        return Cli.run(Cli.of(new Ends(body), new PrintWriter(err), new PrintWriter(err, true)));
    }

    @Command
    private record Ends(Callable<Integer> body) implements Callable<Integer> {
        @Override
        public Integer call() throws Exception {
            return body.call();
        }
    }

    @Command
    private static final class Sum implements Runnable {
        @Option(names = "--int")
        private int first;

        @Option(names = "--long")
        private long second;

        @Override
        public void run() {}
    }
}
