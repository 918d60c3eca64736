package org.lanewise.bench;

import java.nio.file.Path;
import java.util.List;
import org.lanewise.tool.torch.ComparedNumbers;
import org.lanewise.tool.torch.NumbersFile;

/**
 * What {@code torch --json} writes of schedules and scales.
 *
 * @param jvm name and version
 * @param file the file
 * @param values number of values compared
 * @param differences number of values that differ
 * @param cases one for each series that was compared
 * @param skipped one for each case that was not
 */
record NumbersReport(String jvm, String file, long values, long differences, List<Entry> cases, List<TorchReport.Left> skipped) {
    /** What a series came to; {@code worst} is a part of the number that it begins from. */
    record Entry(String name, String compared, int values, int differing, double worst, String where) {}

    static NumbersReport of(Path path, NumbersFile file) {
        return new NumbersReport(System.getProperty("java.vm.name") + " " + Runtime.version(), path.toString(),
                file.compared().stream().mapToLong(ComparedNumbers::values).sum(),
                file.compared().stream().mapToLong(ComparedNumbers::differing).sum(),
                file.compared().stream().map(one -> new Entry(one.name(), one.nearness().toString(), one.values(), one.differing(),
                        one.worst(), one.where())).toList(),
                file.skipped().stream().map(one -> new TorchReport.Left(one.name(), one.reason())).toList());
    }
}
