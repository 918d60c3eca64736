package org.lanewise.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GalleryTest {
    @ParameterizedTest
    @CsvSource({"10, 0, 10, 0", "10, 10, 10, 10", "1000, 7, 400, 7", "1000, 400, 400, 400", "1000, 999, 400, 400"})
    void showsAllThatWereReadWrongAsFarAsThereIsRoom(int total, int errors, int shown, int wrong) {
        int[] labels = new int[total], guesses = new int[total];
        Arrays.fill(guesses, total - errors, total, 3);
        Gallery gallery = Gallery.of(new Digits(new float[total][Digits.PIXELS], labels), guesses);
        assertEquals(total, gallery.total());
        assertEquals(errors, gallery.errors());
        assertEquals(shown, gallery.images().size());
        assertEquals(wrong, gallery.images().stream().filter(Gallery.Image::isWrong).count());
        assertTrue(gallery.images().stream().allMatch(image -> image.label() == 0 && image.isWrong() == (image.guess() == 3)));
    }
}
