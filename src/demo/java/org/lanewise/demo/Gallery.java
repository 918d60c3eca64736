package org.lanewise.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Test images with what a network takes them for.
 *
 * @param images those that are shown: all that were read wrong and the first of the others, as far as there is room
 * @param total number of test images
 * @param errors how many were read wrong
 */
record Gallery(List<Image> images, int total, int errors) {
    /** More would make the page long; the demo's own digits have 360. */
    static final int MOST = 400;

    /** An image, the digit that it shows, and what it was taken for. */
    record Image(float[] pixels, int label, int guess) {
        boolean isWrong() {
            return label != guess;
        }
    }

    static Gallery of(Digits digits, int[] guesses) {
        List<Image> all = IntStream.range(0, digits.size())
                .mapToObj(i -> new Image(digits.pixels()[i], digits.labels()[i], guesses[i])).toList();
        int errors = (int) all.stream().filter(Image::isWrong).count();
        int roomForWrong = Math.min(errors, MOST), roomForRight = MOST - roomForWrong;
        List<Image> shown = new ArrayList<>();
        for (Image image : all) {
            if (image.isWrong() ? roomForWrong-- > 0 : roomForRight-- > 0) {
                shown.add(image);
            }
        }
        return new Gallery(List.copyOf(shown), all.size(), errors);
    }
}
