package org.lanewise.torchfile;

import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes values of what a pickle has built. What is in several places is made once; nothing may be in itself, or too deep. */
final class Frozen {
    private final Map<Object, Made> made = new IdentityHashMap<>();

    /** A value, how many levels it has, and how many values it stands for where each is counted in each place. */
    private record Made(Pickled value, int height, long values) {}

    private Frozen() {}

    static Pickled of(Object built) throws IOException {
        return new Frozen().freeze(built, 1).value();
    }

    private Made freeze(Object built, int depth) throws IOException {
        if (built instanceof Pickled value) {
            return new Made(value, 1, 1);
        }
        if (!(built instanceof Building building)) {
            throw new IOException("value must be data, got " + built);
        }
        Made known = made.get(building);
        if (known == null) {
            if (depth > Limits.DEPTH) {
                throw tooDeep();
            }
            // A height that is too much for any depth: met again while it is made, it is in itself.
            made.put(building, new Made(new Pickled.None(), Limits.DEPTH + 1, 0));
            known = make(building, depth);
            made.put(building, known);
        }
        if (depth + known.height() - 1 > Limits.DEPTH) {
            throw tooDeep();
        }
        return known;
    }

    private static IOException tooDeep() {
        return new IOException("values must be at most " + Limits.DEPTH + " deep in one another");
    }

    private Made make(Building building, int depth) throws IOException {
        List<Pickled> parts = new ArrayList<>();
        int height = 0;
        long values = 1;
        for (Object part : building.parts()) {
            Made each = freeze(part, depth + 1);
            parts.add(each.value());
            height = Math.max(height, each.height());
            values += each.values();
        }
        if (values > Limits.VALUES) {
            throw new IOException("values must be at most " + Limits.VALUES + ", counted in each place where they are");
        }
        return new Made(switch (building) {
            case Building.Items _ -> new Pickled.Items(parts);
            case Building.Tuple _ -> new Pickled.Tuple(parts);
            case Building.Dict _ -> dict(parts);
        }, height + 1, values);
    }

    private static Pickled.Dict dict(List<Pickled> keysAndValues) throws IOException {
        Map<Pickled.Key, Pickled> entries = new LinkedHashMap<>();
        for (int k = 0; k < keysAndValues.size(); k += 2) {
            if (!(keysAndValues.get(k) instanceof Pickled.Key key)) {
                throw new IOException("key of a dict must be a text or an integer, got " + keysAndValues.get(k));
            }
            if (entries.put(key, keysAndValues.get(k + 1)) != null) {
                throw new IOException("key " + key + " is in a dict twice");
            }
        }
        return new Pickled.Dict(entries);
    }
}
