package org.lanewise.snapshot;

import java.lang.invoke.MethodHandles.Lookup;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.lanewise.Rule;
import org.lanewise.access.KernelAccess;
import org.lanewise.schedule.ReduceOnPlateau;
import org.lanewise.schedule.Schedule;

/**
 * Rules, schedules and options as JSON: a record is an object of its class and components, an enum its name. What is no record, or does not
 * let its components be read, is named by its class alone; so nothing of it but that can be compared.
 */
public final class Described {
    /** Where an object names its class; no component can have this name. */
    public static final String CLASS = "class";

    private Described() {}

    /**
     * A rule.
     *
     * @param rule any rule
     * @return its class and components
     */
    public static Map<String, Object> of(Rule rule) {
        return object(rule, Optional.of(KernelAccess.get().lookup(rule.kernel())));
    }

    /**
     * Anything else.
     *
     * @param value a value
     * @return what {@code JsonWriter} takes
     */
    public static Object of(Object value) {
        return of(value, Optional.empty());
    }

    /**
     * A record.
     *
     * @param record any record
     * @return its class and components, to be changed
     */
    static Map<String, Object> object(Record record) {
        return object(record, Optional.empty());
    }

    private static Object of(Object value, Optional<Lookup> lookup) {
        return switch (value) {
            case String _, Boolean _, Long _ -> value;
            // JSON has no other numbers.
            case Double number -> Double.isFinite(number) ? number : number.toString();
            case Integer number -> number.longValue();
            case Float number -> of((Object) number.doubleValue(), lookup);
            case Enum<?> constant -> constant.name();
            case Optional<?> optional -> optional.stream().map(each -> of((Object) each, lookup)).toList();
            case List<?> list -> list.stream().map(each -> of((Object) each, lookup)).toList();
            case Map<?, ?> map -> {
                Map<String, Object> all = new TreeMap<>();
                map.forEach((key, each) -> all.put(key.toString(), of(each, lookup)));
                yield all;
            }
            default -> object(value, lookup);
        };
    }

    private static Map<String, Object> object(Object value, Optional<Lookup> lookup) {
        Map<String, Object> object = new LinkedHashMap<>();
        Class<?> type = value.getClass();
        // Classes of lambdas have another name in each run.
        object.put(CLASS, type.isHidden() ? "a function" : type.getName());
        if (value instanceof ReduceOnPlateau.Tracker tracker) {
            object.put("settings", of(tracker.settings()));
        }
        if (type.isRecord()) {
            Map<String, Object> components = new LinkedHashMap<>();
            for (RecordComponent component : type.getRecordComponents()) {
                read(component, value, lookup).ifPresent(each -> components.put(component.getName(), of(each, lookup)));
            }
            object.putAll(components);
        }
        return object;
    }

    private static Optional<Object> read(RecordComponent component, Object value, Optional<Lookup> lookup) {
        Method accessor = component.getAccessor();
        try {
            if (lookup.isPresent()) {
                return Optional.ofNullable(lookup.get().unreflect(accessor).invoke(value));
            }
            return accessor.trySetAccessible() ? Optional.ofNullable(accessor.invoke(value)) : Optional.empty();
        } catch (IllegalAccessException _) {
            return Optional.empty();
        } catch (Throwable e) {
            throw new IllegalStateException("component '" + component.getName() + "' of " + value.getClass().getName() + " failed", e);
        }
    }

    /**
     * Plateau trackers that are part of a schedule.
     *
     * @param schedule a schedule
     * @return in the order of its components
     */
    public static List<ReduceOnPlateau.Tracker> trackers(Schedule schedule) {
        if (schedule instanceof ReduceOnPlateau.Tracker tracker) {
            return List.of(tracker);
        }
        List<ReduceOnPlateau.Tracker> all = new ArrayList<>();
        if (schedule.getClass().isRecord()) {
            Stream.of(schedule.getClass().getRecordComponents()).filter(each -> Schedule.class.isAssignableFrom(each.getType()))
                    .forEach(each -> read(each, schedule, Optional.empty()).ifPresent(part -> all.addAll(trackers((Schedule) part))));
        }
        return all;
    }
}
