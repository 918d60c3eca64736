package org.lanewise.tool.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lanewise.tool.torch.ComparedNumbers.Nearness;

/** Schedules and the loss scaler follow PyTorch 2.14.1 and transformers 5.12.1. */
class NumbersFileTest {
    private static final Path GOLDENS = Path.of("src/test/resources/goldens");
    private static final String STEP_LR = """
            [{"name": "torch.StepLR", "args": {"step_size": 1, "gamma": 0.5}, "base": 1.0, "k": [0, 1], "lr": ["0x1.0p+0", "0x1.0p-1"]}]""";

    @TempDir
    private Path folder;

    @Test
    void everyScheduleFollowsItsCounterpart() throws IOException {
        NumbersFile file = NumbersFile.compare(GOLDENS.resolve("schedules214.json"));
        assertEquals(List.of(), file.compared().stream().filter(one -> one.differing() > 0).toList());
        assertEquals(List.of(), file.skipped());
        assertEquals(25 + 5, file.compared().stream().filter(one -> one.name().startsWith("torch.")).count(), "with 5 momenta");
        assertEquals(17, file.compared().stream().filter(one -> one.name().startsWith("transformers.")).count());
    }

    @Test
    void bitsAreComparedWhereThereIsNoCosineNoPowerAndNoChain() throws IOException {
        List<String> others = NumbersFile.compare(GOLDENS.resolve("schedules214.json")).compared().stream()
                .filter(one -> one.nearness() != Nearness.BITS && one.name().startsWith("torch.")).map(ComparedNumbers::name)
                .map(name -> name.split("[ \\[]")[0].substring("torch.".length())).distinct().toList();
        assertEquals(List.of("PolynomialLR", "CosineAnnealingLR", "CosineAnnealingWarmRestarts", "CyclicLR", "OneCycleLR", "SequentialLR",
                "ChainedScheduler", "SWALR"), others);
    }

    @Test
    void theLossScalerFollowsBitForBit() throws IOException {
        NumbersFile file = NumbersFile.compare(GOLDENS.resolve("scaler214.json"));
        assertEquals(List.of(), file.compared().stream().filter(one -> one.differing() > 0).toList());
        assertEquals(List.of(), file.skipped());
        assertTrue(file.compared().size() >= 3, () -> "cases " + file.compared().size());
    }

    @Test
    void aValueThatIsOneUnitOffDiffers() throws IOException {
        ComparedNumbers one = compare(STEP_LR.replace("0x1.0p-1", "0x1.0000000000001p-1")).compared().getFirst();
        assertEquals(1, one.differing());
        assertEquals("k 1: 0.5, theirs 0.5000000000000001", one.where());
        assertEquals(0x1p-53, one.worst());
    }

    @Test
    void aValueThatIsNotANumberDiffersFromANumberHoweverNearItMayBe() throws IOException {
        String cosine = """
                [{"name": "torch.CosineAnnealingLR", "args": {"T_max": 2}, "base": 1.0, "k": [0, 1], "lr": ["0x1.0p+0", "nan"]}]""";
        assertEquals(1, compare(cosine).compared().getFirst().differing());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "torch.StepLR | torch.LambdaLR | no schedule follows 'torch.LambdaLR'",
            "\"gamma\": 0.5 | \"gamma\": 0.5, \"mystery\": 1 | no counterpart of its argument 'mystery'",
            "\"step_size\": 1, | \"step_size\": 0, | its arguments are refused: steps must be at least 1, got 0",
            "\"step_size\": 1, | '' | its argument step_size is not recorded",
            "\"base\": | \"offset\": 3, \"base\": | what its 'offset' means is not known"})
    void whatHasNoCounterpartIsSkippedWithTheReason(String old, String now, String reason) throws IOException {
        NumbersFile file = compare(STEP_LR.replace(old, now));
        assertEquals(List.of(), file.compared());
        assertEquals(reason, file.skipped().getFirst().reason());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "\"base\": 1.0 | \"base\": \"x\" | base must be a number above 0, got \"x\"",
            "\"k\": [0, 1] | \"k\": [0] | lr must be as many numbers as k, 1, got 2",
            "0x1.0p-1 | 0.5 | lr must be numbers such as 0x1.8p+1, got '0.5'",
            "\"name\": \"torch.StepLR\" | \"name\": 7 | name must be a text, got 7",
            "\"args\": { | \"args\": 7, \"gone\": { | args must be an object, got 7",
            "}] | }, 7] | a case must be an object, got 7"})
    void aMalformedFileIsRefusedByNameAndReason(String old, String now, String reason) throws IOException {
        Path file = write(STEP_LR.replace(old, now));
        assertEquals(file + ": is no list of schedules or scales: " + reason,
                assertThrows(IOException.class, () -> NumbersFile.compare(file)).getMessage());
    }

    @Test
    void aListIsToldFromTensorsByItsBeginning() throws IOException {
        assertTrue(NumbersFile.is(write("  \n[]")));
        assertFalse(NumbersFile.is(GOLDENS.resolve("torch214_zeros.safetensors")));
        assertFalse(NumbersFile.is(Files.write(folder.resolve("header"), new byte[] {'[', 0, 0, 0, 0, 0, 0, 0, '{'})));
        assertFalse(NumbersFile.is(folder.resolve("none")));
    }

    private NumbersFile compare(String text) throws IOException {
        return NumbersFile.compare(write(text));
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("list.json"), text);
    }
}
