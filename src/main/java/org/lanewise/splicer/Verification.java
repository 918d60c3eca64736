package org.lanewise.splicer;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.LineNumberTableAttribute;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a JVM that does not accept a class says, in the words of the source. */
final class Verification {
    private static final Pattern LOCATION = Pattern.compile("Location:\\s+\\S+?\\.([^.\\s(]+)(\\(\\S+) @(\\d+):");

    private Verification() {}

    /** Why a class of a kernel was refused, and what to do. */
    static IllegalArgumentException refused(Splicer splicer, byte[] spliced, LinkageError error) {
        String message = String.valueOf(error.getMessage());
        Matcher location = LOCATION.matcher(message);
        if (message.contains("permitted subclass")) {
            return splicer.refused("must not extend a sealed class or interface: the executed class is a copy with a name of its own; leave"
                    + " out sealed and permits", error);
        }
        if (!location.find()) {
            return splicer.refused("has a form that cannot be spliced: " + Splicer.firstLine(error), error);
        }
        SourceLine line = line(splicer, spliced, location.group(1), location.group(2), Integer.parseInt(location.group(3)));
        if (message.contains("Type '" + splicer.kernel() + "' ")) {
            return splicer.refused("must not take an object of its own class", line, "the executed class is a copy with a name of its own;"
                    + " hand over the numbers that are needed");
        }
        return message.contains("is not assignable to '" + splicer.kernel() + "'")
                ? splicer.refused("must not hand out this as an object of its own class", line, "the executed class is a copy with a name"
                        + " of its own; lambdas and methods get the numbers they need, in local variables")
                : splicer.refused("has a form that cannot be spliced", line, Splicer.firstLine(error));
    }

    private static SourceLine line(Splicer splicer, byte[] spliced, String name, String type, int at) {
        String shown = splicer.shown(splicer.kernel(), name);
        for (MethodModel method : ClassFile.of().parse(spliced).methods()) {
            if (method.methodName().equalsString(name) && method.methodType().equalsString(type)) {
                int number = method.findAttribute(Attributes.code()).flatMap(code -> code.findAttribute(Attributes.lineNumberTable()))
                        .map(LineNumberTableAttribute::lineNumbers).stream().flatMap(lines -> lines.stream())
                        .filter(entry -> entry.startPc() <= at).mapToInt(entry -> entry.lineNumber()).reduce(0, (_, last) -> last);
                return new SourceLine(shown, number);
            }
        }
        return new SourceLine(shown, 0);
    }
}
