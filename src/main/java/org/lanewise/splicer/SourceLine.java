package org.lanewise.splicer;

import java.lang.classfile.instruction.LineNumber;

/**
 * Where something stands in the source of a kernel.
 *
 * @param method the method as it is written: {@code vector}, or {@code Moments.mean} in another class
 * @param number the line; 0 if the class file has none
 */
record SourceLine(String method, int number) {
    SourceLine at(LineNumber line) {
        return new SourceLine(method, line.line());
    }

    @Override
    public String toString() {
        return number == 0 ? method : "line " + number + " of " + method;
    }
}
