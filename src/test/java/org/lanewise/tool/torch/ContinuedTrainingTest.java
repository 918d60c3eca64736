package org.lanewise.tool.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.lanewise.Width;
import org.lanewise.tool.StoreKind;

/** Trainings that PyTorch 2.14.1 saved go on here with its bits. */
class ContinuedTrainingTest {
    private static final Path RECORDING = Path.of("src/test/resources/goldens/checkpoints214/checkpoints214.safetensors");

    @Test
    void everySavedTrainingGoesOnWithPyTorchsBits() throws IOException {
        try (ContinuedTraining training = ContinuedTraining.open(RECORDING)) {
            List<Compared> compared = training.run(List.of(new Place(StoreKind.F32_HEAP, Width.preferred()),
                    new Place(StoreKind.F32_NATIVE, Width.SCALAR)), _ -> {});
            assertEquals(List.of(), compared.stream().flatMap(one -> one.differences().stream()).toList());
            assertEquals(List.of(), training.skipped());
            assertEquals(14, compared.size());
            assertEquals(Set.of("Adafactor"),
                    compared.stream().filter(one -> !one.exact()).map(Compared::group).collect(Collectors.toSet()));
        }
    }
}
