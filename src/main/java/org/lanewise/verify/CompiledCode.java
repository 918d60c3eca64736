package org.lanewise.verify;

import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.management.JMException;
import javax.management.ObjectName;
import org.lanewise.check.HotSpot;

/** Which loops C2 has compiled in this JVM, by HotSpot's own lists ({@code jcmd Compiler.codelist}). */
final class CompiledCode {
    private static final String C2 = "4", IN_USE = "0";
    private static final String IN_C2 = "C2 CompilerThread", WAITING = "C2 compile queue:\nEmpty";

    private CompiledCode() {}

    /** Why vectors are not compiled here, or nobody can tell, with the cure; empty if they are and the JVM tells. */
    static Optional<String> hindrance() {
        HotSpot jvm = HotSpot.current();
        return jvm.c2().or(jvm::vectors).or(() -> HotSpot.hasManagement() ? Optional.empty()
                : Optional.of("this JVM cannot say what it has compiled, start java with --add-modules jdk.management"));
    }

    /**
     * Loops that calls enter in C2's code now: numbers of their compilations by class and name, for instance
     * {@code org.lanewise.rule.AdamKernel/0x00007f8a1c081400.vector}. Code of on-stack replacement is not told apart.
     */
    static Map<String, String> loops() {
        Map<String, String> loops = new HashMap<>();
        // Number of the compilation, level, state, method with its parameters, addresses.
        Answers.ask("compilerCodelist").lines().filter(line -> line.contains(".vector(") || line.contains(".scalar("))
                .map(line -> line.split(" ")).filter(code -> code[1].equals(C2) && code[2].equals(IN_USE))
                .forEach(code -> loops.put(code[3].replaceFirst("\\(.*", ""), code[0]));
        return loops;
    }

    /** Whether C2 is compiling anything, or has it in its queue. */
    static boolean isCompiling() {
        String queue = Answers.ask("compilerQueue");
        return queue.contains(IN_C2) || !queue.contains(WAITING);
    }

    /** A class of its own, because it names some that may be missing. */
    private static final class Answers {
        static String ask(String command) {
            try {
                return (String) ManagementFactory.getPlatformMBeanServer().invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"), command, new Object[0], new String[0]);
            } catch (JMException e) {
                throw new IllegalStateException("this JVM does not answer " + command, e);
            }
        }
    }
}
