package org.lanewise.tool.torch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lanewise.tool.Printable;

/** Gathers what differs from recorded tensors, over all places where a case is run. */
final class Differences {
    private final Map<String, Found> tensors = new LinkedHashMap<>();
    private long elements;

    /** What was found of one recorded tensor. */
    private static final class Found {
        final int step;
        final String tensor;
        final BitSet differing = new BitSet(0);
        final List<Place> places = new ArrayList<>();
        int index;
        double ours, theirs;
        long ulps;

        Found(int step, String tensor) {
            this.step = step;
            this.tensor = tensor;
        }

        Compared.Difference difference() {
            return new Compared.Difference(step, tensor, differing, index, ours, theirs, ulps, List.copyOf(places));
        }
    }

    /**
     * Compares a tensor.
     *
     * @throws IOException if it has another number of elements
     */
    void compare(Place place, int step, String what, float[] ours, Recorded recorded, Tolerance near) throws IOException {
        int size = recorded instanceof Recorded.Floats floats ? floats.values().length : 1;
        if (ours.length != size) {
            throw new IOException(what + " has " + size + " elements, expected " + ours.length);
        }
        Found found = tensors.computeIfAbsent(step + "/" + what, _ -> {
            elements += size;
            return new Found(step, what);
        });
        boolean equal = switch (recorded) {
            case Recorded.Floats floats -> isEqual(found, near, ours, floats.values());
            case Recorded.Scalar scalar -> isEqual(found, near, ours[0], scalar.value());
        };
        if (!equal) {
            found.places.add(place);
        }
    }

    /** What the case came to. */
    Compared compared(String group, String name, boolean exact) {
        List<Compared.Difference> differences =
                tensors.values().stream().filter(found -> !found.differing.isEmpty()).map(Found::difference).toList();
        return new Compared(group, Printable.of(name), exact, tensors.size(), elements, differences);
    }

    private static boolean isEqual(Found found, Tolerance near, float[] ours, float[] theirs) {
        boolean equal = true;
        for (int i = 0; i < ours.length; i++) {
            if (!near.allows(ours[i], theirs[i])) {
                equal = false;
                note(found, i, ours[i], theirs[i], Ulps.between(ours[i], theirs[i]));
            }
        }
        return equal;
    }

    /** A double that no float is differs from all of them. */
    private static boolean isEqual(Found found, Tolerance near, float ours, double theirs) {
        boolean isFloat = Double.compare((float) theirs, theirs) == 0;
        if (isFloat && near.allows(ours, (float) theirs)) {
            return true;
        }
        note(found, 0, ours, theirs, Math.max(1, Ulps.between(ours, (float) theirs)));
        return false;
    }

    private static void note(Found found, int index, double ours, double theirs, long ulps) {
        found.differing.set(index);
        if (ulps > found.ulps) {
            found.index = index;
            found.ours = ours;
            found.theirs = theirs;
            found.ulps = ulps;
        }
    }
}
