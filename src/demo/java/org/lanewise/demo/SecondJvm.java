package org.lanewise.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lanewise.checkpoint.Checkpoint;
import org.lanewise.tool.Json;

/** Goes on with the training with the whole step from what was saved half way, in another JVM. */
final class SecondJvm {
    private static final String SAVED = "half.safetensors", ENDED = "end.safetensors";

    private SecondJvm() {}

    /**
     * What it found.
     *
     * @param norms of the gradients in each step
     */
    record Course(double[] norms) {}

    /** Where the first JVM saves. */
    static Path saved(Path folder) {
        return folder.resolve(SAVED);
    }

    /** Where the second saves in the end. */
    static Path ended(Path folder) {
        return folder.resolve(ENDED);
    }

    /**
     * Goes on from what is in a folder.
     *
     * @param classPath where that JVM finds this class and all that it needs
     * @throws IOException if that JVM fails
     */
    static Course goOn(Path folder, Digits.Split digits, int epochs, long seed, String classPath) throws IOException {
        ImagesFile.write(folder, digits);
        return Json.read(OtherJvm.run("goes on with a training", List.of(), classPath, SecondJvm.class, folder.toString(),
                Integer.toString(digits.train().size()), Integer.toString(epochs), Long.toString(seed)), Course.class);
    }

    /**
     * What that JVM runs; prints what it found as JSON.
     *
     * @param args folder, number of training images, epochs and seed
     */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        Digits train = ImagesFile.read(folder, Integer.parseInt(args[1])).train();
        Training training = WholeStep.training(train, Integer.parseInt(args[2]), Long.parseLong(args[3]));
        Checkpoint checkpoint = Checkpoint.of(training.optimizer());
        checkpoint.load(saved(folder));
        List<Double> norms = new ArrayList<>();
        training.run(report -> norms.add(report.gradientNorm()));
        checkpoint.save(ended(folder));
        System.out.println(Json.FOR_PAGE.toJson(new Course(norms.stream().mapToDouble(Double::doubleValue).toArray())));
    }
}
