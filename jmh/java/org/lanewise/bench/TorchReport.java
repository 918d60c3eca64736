package org.lanewise.bench;

import java.nio.file.Path;
import java.util.List;
import org.lanewise.tool.Cpu;
import org.lanewise.tool.torch.Compared;
import org.lanewise.tool.torch.Comparing.Skipped;
import org.lanewise.tool.torch.Origin;
import org.lanewise.tool.torch.Place;
import org.lanewise.tool.torch.Ulps;

/**
 * What {@code torch --json} writes.
 *
 * @param cpu model name
 * @param jvm name and version
 * @param file the recording
 * @param pyTorch version of PyTorch
 * @param path how it stepped
 * @param instructions what its kernels had
 * @param tensors number of tensors compared
 * @param differences number of elements that differ
 * @param cases one for each that was compared
 * @param skipped one for each that was not
 */
record TorchReport(String cpu, String jvm, String file, String pyTorch, String path, String instructions, long tensors, long differences,
        List<Entry> cases, List<Left> skipped) {
    /** What a case came to. */
    record Entry(String name, String optimizer, boolean exact, int tensors, long elements, long differences, List<Found> differing) {}

    /** A tensor that differs; {@code ulps} is null where one of the numbers is NaN. */
    record Found(int step, String tensor, int elements, int index, String ours, String theirs, Long ulps, List<String> places) {}

    /** A case that was not compared. */
    record Left(String name, String reason) {}

    static TorchReport of(Path file, Origin origin, List<Compared> compared, List<Skipped> skipped) {
        return new TorchReport(Cpu.model(), System.getProperty("java.vm.name") + " " + Runtime.version(), file.toString(),
                origin.pyTorch(), origin.path(), origin.instructions(),
                compared.stream().mapToLong(Compared::tensors).sum(), compared.stream().mapToLong(Compared::differing).sum(),
                compared.stream().map(TorchReport::entry).toList(),
                skipped.stream().map(one -> new Left(one.name(), one.reason())).toList());
    }

    private static Entry entry(Compared one) {
        return new Entry(one.name(), one.group(), one.exact(), one.tensors(), one.elements(), one.differing(),
                one.differences().stream().map(TorchReport::found).toList());
    }

    private static Found found(Compared.Difference d) {
        return new Found(d.step(), d.tensor(), d.elements(), d.index(), TorchTable.number(d.ours()), TorchTable.number(d.theirs()),
                d.ulps() == Ulps.NAN ? null : d.ulps(), d.places().stream().map(Place::toString).toList());
    }
}
