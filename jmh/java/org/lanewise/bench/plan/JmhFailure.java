package org.lanewise.bench.plan;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lanewise.tool.Printable;

/** Why JMH ended, in one line: its first sentence alone says little. */
public final class JmhFailure {
    private JmhFailure() {}

    /** What it says itself, then what that was caused by. */
    public static String sentence(Exception e) {
        return Printable.line(Stream.<Throwable>iterate(e, one -> one != null, Throwable::getCause)
                .flatMap(one -> Stream.concat(Stream.of(one), Stream.of(one.getSuppressed())))
                // Of an exception without a message Java says what its cause is called.
                .filter(one -> one.getMessage() != null && !one.getMessage().equals(String.valueOf(one.getCause())))
                .map(Throwable::getMessage).distinct().collect(Collectors.joining("; ")));
    }
}
