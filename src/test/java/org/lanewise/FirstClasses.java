package org.lanewise;

import java.lang.management.ClassLoadingMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.lanewise.rule.Adam;

/** A program of one JVM: tells how many classes are loaded by the first step, and brings its loops to full speed. */
final class FirstClasses {
    private FirstClasses() {}

    public static void main(String... args) {
        ParameterStoreBuilder builder = ParameterStore.builder().tensor("w", 100);
        ParameterStore store = (args[0].equals("native") ? builder.nativeMemory() : builder).build();
        ClassLoadingMXBean classes = ManagementFactory.getClassLoadingMXBean();
        Optimizer optimizer = Optimizer.of(new Adam(1e-3), store);
        long before = classes.getTotalLoadedClassCount();
        optimizer.step();
        System.out.println("classes " + (classes.getTotalLoadedClassCount() - before));
        System.out.println(optimizer.warmUp(Duration.ofSeconds(Long.parseLong(args[1]))));
    }
}
