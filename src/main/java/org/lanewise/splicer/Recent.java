package org.lanewise.splicer;

import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;

/**
 * The values that were asked for last, and older ones while somebody else holds them. Thread-safe.
 *
 * @param <K> what values are asked for by
 * @param <V> what they are
 */
final class Recent<K, V> {
    private final SequencedMap<K, V> kept = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<K, WeakReference<V>> older = new HashMap<>();
    private final int most;

    /** Keeps so many values whatever happens. */
    Recent(int most) {
        this.most = most;
    }

    /** The value of a key, made if it is gone. Threads that ask at the same time may make it twice; all get the same one. */
    V get(K key, Supplier<V> make) {
        V known = known(key);
        return known != null ? known : keep(key, make.get());
    }

    private synchronized V known(K key) {
        V recent = kept.get(key);
        WeakReference<V> old = recent == null ? older.get(key) : null;
        V known = old == null ? recent : old.get();
        return old == null || known == null ? known : keep(key, known);
    }

    private synchronized V keep(K key, V value) {
        V known = kept.putIfAbsent(key, value);
        older.remove(key);
        if (kept.size() > most) {
            Map.Entry<K, V> eldest = kept.pollFirstEntry();
            older.values().removeIf(old -> old.get() == null);
            older.put(eldest.getKey(), new WeakReference<>(eldest.getValue()));
        }
        return known != null ? known : value;
    }
}
