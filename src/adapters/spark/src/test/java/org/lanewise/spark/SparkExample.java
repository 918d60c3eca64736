package org.lanewise.spark;

import java.io.IOException;
import java.io.Serializable;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Tensor;
import org.lanewise.distributed.Communicator;
import org.lanewise.distributed.ShardedOptimizer;
import org.lanewise.javacpp.Gloo;
import org.lanewise.rule.AdamW;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.runtime.AbstractFunction1;

/** Logistic regression whose rows are partitions of an RDD: tasks of a barrier stage train together. */
final class SparkExample {
    private static final int STEPS = 200;

    private SparkExample() {}

    /** Trains on rows of features and, last, a label of 0 or 1; returns the weights and the bias that each task has in the end. */
    static List<float[]> train(JavaRDD<float[]> rows) {
        return rows.rdd().barrier().mapPartitions(new Task(), false, ClassTag.apply(float[].class)).toJavaRDD().collect();
    }

    private static final class Task extends AbstractFunction1<Iterator<float[]>, Iterator<float[]>> implements Serializable {
        private static final long serialVersionUID = 1;

        @Override
        public Iterator<float[]> apply(Iterator<float[]> partition) {
            List<float[]> rows = new ArrayList<>();
            CollectionConverters.asJava(partition).forEachRemaining(rows::add);
            try (Communicator communicator = join(BarrierTaskContext.get())) {
                return CollectionConverters.asScala(List.of(train(communicator, rows)).iterator());
            }
        }
    }

    /** The first task finds a port and tells the others. */
    private static Communicator join(BarrierTaskContext context) {
        int rank = context.partitionId();
        String port = context.allGather(rank == 0 ? freePort() : "")[0];
        String host = context.getTaskInfos()[0].address().split(":")[0];
        return Gloo.join(host, Integer.parseInt(port), rank, context.getTaskInfos().length);
    }

    private static String freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return Integer.toString(socket.getLocalPort());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What each task does with its rows. */
    static float[] train(Communicator communicator, List<float[]> rows) {
        int features = rows.getFirst().length - 1;
        try (ParameterStore store = ParameterStore.builder().nativeMemory().tensor("weights", features + 1).build();
                ShardedOptimizer optimizer = ShardedOptimizer.of(communicator, Optimizer.builder(store).rule(new AdamW(0.05)))) {
            Tensor weights = store.tensor("weights");
            float[] w = new float[features + 1], g = new float[features + 1];
            for (int step = 0; step < STEPS; step++) {
                weights.parameter().copyTo(w);
                meanGradient(rows, w, g);
                weights.gradient().copyFrom(g);
                optimizer.step();
            }
            weights.parameter().copyTo(w);
            return w;
        }
    }

    /** Of the cross-entropy; the last weight is the bias. */
    private static void meanGradient(List<float[]> rows, float[] w, float[] g) {
        Arrays.fill(g, 0);
        int features = w.length - 1;
        for (float[] row : rows) {
            float z = w[features];
            for (int k = 0; k < features; k++) {
                z += w[k] * row[k];
            }
            float error = (float) (1 / (1 + StrictMath.exp(-z)) - row[features]) / rows.size();
            for (int k = 0; k < features; k++) {
                g[k] += error * row[k];
            }
            g[features] += error;
        }
    }
}
