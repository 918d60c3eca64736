package org.lanewise.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizeListTest {
    private static final int MOST = 1 << 30;

    @ParameterizedTest
    @CsvSource(delimiter = '=', value = {
        "16=16", "5000=5000", "64Ki=65536", "64ki=65536", "64 Ki=65536", "16MI=16777216", "1Gi=1073741824", "1024Mi=1073741824",
        "1.5Ki=1536",
        "1,024Ki=1048576", "1,000 Ki=1024000", "16,128Ki=16 131072",
        "1e6=1000000", "1E+3=1000", "+7=7", "1,000,000=1000000", "1_000_000=1000000", "100,003=100003", "1,048,576=1048576",
        "4096,65536=4096 65536", "64Ki,1Mi=65536 1048576", "16,1000=16 1000", "65, 536=65 536", "5, 5=5",
        "16,100,000=16100000", "1e3,1_000,1000,100=1000 100"})
    void sizesAreReadInEveryForm(String text, String sizes) {
        assertEquals(sizes, read(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "0", "-1", "64K", "64KB", "1.5", "1025Mi", "99999999999", "Ki", "1e99", "1,00", "1,0000", "01,000",
        "0x10", "4096,", "4096,1,000,000", "1,000,64Ki", "1__0", "1_", "1,024,128Ki", ",4096", "4096,,16", "1,000,00", "NaN", "٣"})
    void otherSizesAreRefused(String text) {
        assertEquals("--size must be numbers from 1 to 1024Mi, such as 5000, 64Ki, 16Mi or 1,000,000, got '" + text + "'", refusal(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"65,536", "16,100", "100,200,300", "262,144"})
    void whatCanBeOneNumberOrSeveralIsRefused(String text) {
        assertEquals("--size " + text + " can be one number or several: write one without commas, several each with --size", refusal(text));
    }

    @Test
    void optionsAddUpAndRepeatedNumbersCountOnce() {
        assertEquals(List.of(4096, 16, 1000), List.copyOf(SizeList.of("--size", List.of("4Ki,16", "1,000", "4096"))));
    }

    @Property
    void anyNumberIsReadAsItIsPrinted(@ForAll @IntRange(min = 1, max = MOST) int n) {
        String grouped = String.format(Locale.ROOT, "%,d", n);
        assertEquals(List.of(n), List.copyOf(SizeList.of("--size", List.of("" + n))));
        assertEquals(List.of(n), List.copyOf(SizeList.of("--size", List.of(grouped.replace(',', '_')))));
        assertEquals(List.of(n), List.copyOf(SizeList.of("--size", List.of(Units.size(n).replace(",", "")))));
    }

    /** Nothing is taken for something else: what is not refused are all digits that were given, in their order. */
    @Property
    void anyListIsReadAsAllItsNumbersOrRefused(@ForAll @Size(min = 1, max = 6) List<@IntRange(min = 1, max = 2_000_000) Integer> sizes) {
        String text = String.join(",", sizes.stream().map(String::valueOf).toList());
        try {
            assertEquals(String.join("", sizes.stream().distinct().map(String::valueOf).toList()), read(text).replace(" ", ""));
        } catch (IllegalArgumentException e) {
            assertEquals("can be one number or several", e.getMessage().replaceFirst("--size \\S+ ", "").split(":")[0]);
        }
    }

    private static String read(String text) {
        return String.join(" ", SizeList.of("--size", List.of(text)).stream().map(String::valueOf).toList());
    }

    private static String refusal(String text) {
        return assertThrows(IllegalArgumentException.class, () -> SizeList.of("--size", List.of(text))).getMessage();
    }
}
