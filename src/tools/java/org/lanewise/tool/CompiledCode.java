package org.lanewise.tool;

import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import javax.management.JMException;
import javax.management.ObjectName;

/** What C2 has compiled in this JVM, by HotSpot's own list of code ({@code jcmd Compiler.codelist}). */
public final class CompiledCode {
    private static final String C2 = "4", IN_USE = "0";

    private CompiledCode() {}

    /**
     * Methods that calls enter in C2's code now. Code of on-stack replacement, which a JVM may be told not to make, is not told apart.
     *
     * @return numbers of their compilations by class and name, for instance {@code org.lanewise.rule.AdamKernel/0x00007f8a1c081400.vector}
     */
    public static Map<String, String> methods() {
        String list;
        try {
            list = (String) ManagementFactory.getPlatformMBeanServer().invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"), "compilerCodelist", new Object[0], new String[0]);
        } catch (JMException e) {
            throw new IllegalStateException("this JVM does not list its compiled code", e);
        }
        Map<String, String> methods = new HashMap<>();
        // Number of the compilation, level, state, method with its parameters, addresses.
        list.lines().map(line -> line.split(" ")).filter(code -> code.length > 3 && code[1].equals(C2) && code[2].equals(IN_USE))
                .forEach(code -> methods.put(code[3].replaceFirst("\\(.*", ""), code[0]));
        return methods;
    }
}
