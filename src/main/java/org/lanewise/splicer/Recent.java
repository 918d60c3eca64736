package org.lanewise.splicer;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.function.Supplier;

/**
 * The values that were asked for last. Thread-safe.
 *
 * @param <K> what values are asked for by
 * @param <V> what they are
 */
final class Recent<K, V> {
    private final SequencedMap<K, V> kept = new LinkedHashMap<>(16, 0.75f, true);
    private final int most;

    /** Keeps so many values. */
    Recent(int most) {
        this.most = most;
    }

    /** The value of a key, made if it is not kept. Threads that ask at the same time may make it twice; all get the same one. */
    V get(K key, Supplier<V> make) {
        V known = kept(key);
        return known != null ? known : keep(key, make.get());
    }

    private synchronized V kept(K key) {
        return kept.get(key);
    }

    private synchronized V keep(K key, V made) {
        V known = kept.putIfAbsent(key, made);
        if (kept.size() > most) {
            kept.pollFirstEntry();
        }
        return known != null ? known : made;
    }
}
