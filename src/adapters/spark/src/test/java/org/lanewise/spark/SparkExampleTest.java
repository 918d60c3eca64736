package org.lanewise.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.distributed.ThreadRanks;

class SparkExampleTest {
    private static final int FEATURES = 30, ROWS = 600;

    private static JavaSparkContext spark(int tasks) {
        return new JavaSparkContext(new SparkConf().setAppName("lanewise").setMaster("local[" + tasks + "]")
                .set("spark.ui.enabled", "false").set("spark.driver.host", "127.0.0.1").set("spark.driver.bindAddress", "127.0.0.1"));
    }

    /** Rows whose label depends on the first two features. */
    private static List<float[]> rows() {
        SplittableRandom random = new SplittableRandom(7);
        List<float[]> rows = new ArrayList<>();
        for (int k = 0; k < ROWS; k++) {
            float[] row = new float[FEATURES + 1];
            for (int i = 0; i < FEATURES; i++) {
                row[i] = (float) random.nextDouble(-1, 1);
            }
            row[FEATURES] = row[0] + row[1] > 0.1 ? 1 : 0;
            rows.add(row);
        }
        return rows;
    }

    private static double rightOnes(List<float[]> rows, float[] w) {
        return rows.stream().filter(row -> {
            float z = w[FEATURES];
            for (int k = 0; k < FEATURES; k++) {
                z += w[k] * row[k];
            }
            return z > 0 == (row[FEATURES] == 1);
        }).count() / (double) rows.size();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void tasksHaveTheBitsOfRanksInOneProcess(int tasks) {
        List<float[]> rows = rows();
        float[][] expected = new float[tasks][];
        List<float[]> trained;
        List<List<float[]>> partitions;
        try (JavaSparkContext spark = spark(tasks)) {
            var rdd = spark.parallelize(rows, tasks);
            partitions = rdd.glom().collect();
            trained = SparkExample.train(rdd);
        }
        ThreadRanks.run(tasks, communicator ->
                expected[communicator.rank()] = SparkExample.train(communicator, partitions.get(communicator.rank())));
        assertEquals(tasks, trained.size());
        for (int task = 0; task < tasks; task++) {
            assertArrayEquals(expected[task], trained.get(task), "task " + task);
            assertArrayEquals(trained.getFirst(), trained.get(task), "task " + task);
        }
        assertTrue(rightOnes(rows, trained.getFirst()) > 0.95, "right " + rightOnes(rows, trained.getFirst()));
    }
}
