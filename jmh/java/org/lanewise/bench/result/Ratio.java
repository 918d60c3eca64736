package org.lanewise.bench.result;

import org.lanewise.tool.Units;

/**
 * Two times beside each other.
 *
 * @param other what a row is compared with
 * @param value the quotient of the times
 * @param error how far it may be off, by the errors of both
 */
public record Ratio(Row other, double value, double error) {
    /** How many times as fast a row is as another. */
    static Ratio speed(Row row, Row other) {
        return of(other, other.nsPerElement() / row.nsPerElement(), row);
    }

    /** How many times as long a row takes as another. */
    static Ratio time(Row row, Row other) {
        return of(other, row.nsPerElement() / other.nsPerElement(), row);
    }

    private static Ratio of(Row other, double value, Row row) {
        return new Ratio(other, value, value * Math.hypot(row.relativeError(), other.relativeError()));
    }

    /** What a number of times as fast says. */
    public Verdict verdict() {
        return Verdict.of(value);
    }

    /** The number, and a word if it is not faster. */
    @Override
    public String toString() {
        return (Units.digits(value) + " " + verdict().remark()).strip();
    }
}
