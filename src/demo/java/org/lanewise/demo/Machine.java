package org.lanewise.demo;

import org.lanewise.Width;
import org.lanewise.tool.Cpu;

/**
 * What the demo runs on.
 *
 * @param jvm name and version
 * @param cpu model name, or the architecture where the system does not tell
 * @param width of the vector kernels
 */
record Machine(String jvm, String os, String cpu, int cores, Width width) {
    static Machine current() {
        return new Machine(
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                Cpu.model(),
                Runtime.getRuntime().availableProcessors(),
                Width.preferred());
    }

    /** The width in words. */
    String vectors() {
        return width == Width.SCALAR ? "no vectors" : "vectors of " + width.bits() + " bits";
    }
}
