package org.lanewise.tool.checkpoint;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.lanewise.tool.Printable;
import org.lanewise.tool.TextTable;
import org.lanewise.torchfile.Pickled;

/** What checkpoints hold, as tables. */
public final class CheckpointTables {
    private CheckpointTables() {}

    /**
     * Prints tensors and notes.
     *
     * @param content what a file holds
     * @param out where to
     * @throws IOException if numbers are damaged
     */
    public static void show(CheckpointContent content, PrintWriter out) throws IOException {
        TextTable table = new TextTable(3, "tensor", "type", "shape", "elements", "norm", "|x|", "not finite");
        long elements = 0, notFinite = 0;
        for (Map.Entry<String, Pickled.Tensor> each : content.tensors().entrySet()) {
            Pickled.Tensor tensor = each.getValue();
            TensorNumbers numbers = TensorNumbers.of(tensor);
            table.add(Printable.of(each.getKey()), tensor.dtype().name(), tensor.shape().toString(), count(tensor.size()),
                    number(numbers.norm()), number(numbers.largest()), count(numbers.notFinite()));
            elements += tensor.size();
            notFinite += numbers.notFinite();
        }
        table.print(out);
        out.println();
        content.notes().forEach(out::println);
        out.println("checkpoint: " + content.tensors().size() + " tensors, " + elements + " elements, " + notFinite + " not finite");
        out.flush();
    }

    /**
     * Prints in what two files differ.
     *
     * @param a the one
     * @param b the other
     * @param out where to
     * @return whether they hold the same tensors
     * @throws IOException if numbers are damaged
     */
    public static boolean compare(CheckpointContent a, CheckpointContent b, PrintWriter out) throws IOException {
        TextTable table = new TextTable(1, true, "tensor", "elements", "differing", "largest distance", "where");
        Set<String> names = new LinkedHashSet<>(a.tensors().keySet());
        names.addAll(b.tensors().keySet());
        long different = 0;
        for (String name : names) {
            Pickled.Tensor first = a.tensors().get(name), second = b.tensors().get(name);
            if (first == null || second == null) {
                table.add(Printable.of(name), count((first == null ? second : first).size()), "", "",
                        first == null ? "only in the second" : "only in the first");
                different++;
            } else if (!first.shape().equals(second.shape())) {
                table.add(Printable.of(name), count(first.size()), "", "", "shape " + first.shape() + " and " + second.shape());
                different++;
            } else {
                TensorDifference difference = TensorDifference.of(first, second);
                table.add(Printable.of(name), count(first.size()), count(difference.differing()), number(difference.largest()),
                        difference.differing() == 0 ? first.dtype() == second.dtype() ? "" : first.dtype() + " and " + second.dtype()
                                : "index " + difference.first() + " on");
                different += difference.differing() == 0 ? 0 : 1;
            }
        }
        table.print(out);
        out.println();
        out.println("checkpoint: " + names.size() + " tensors, " + different + " different");
        out.flush();
        return different == 0;
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String number(double number) {
        return String.format(Locale.ROOT, "%.6g", number);
    }
}
