package org.lanewise.access;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.stream.Stream;

/** A component of type double of a record: its value, and copies of the record with another one. */
public final class Components {
    private final String name;
    private final MethodHandle constructor;
    private final MethodHandle[] accessors;
    private final int index;

    /**
     * A component of a class of records.
     *
     * @param type the class
     * @param lookup sees its constructor
     * @param name name of the component
     * @throws IllegalArgumentException if there is no such component, or it is not accessible
     */
    public Components(Class<?> type, Lookup lookup, String name) {
        this.name = name;
        if (!has(type, name)) {
            throw new IllegalArgumentException("rule " + type.getName() + " must be a record with a component '" + name
                    + "' of type double, got " + (type.isRecord() ? names(type) : "a class"));
        }
        RecordComponent[] components = type.getRecordComponents();
        this.index = index(components, name);
        this.accessors = new MethodHandle[components.length];
        try {
            Class<?>[] types = new Class<?>[components.length];
            for (int k = 0; k < components.length; k++) {
                accessors[k] = lookup.unreflect(components[k].getAccessor());
                types[k] = components[k].getType();
            }
            this.constructor = lookup.findConstructor(type, MethodType.methodType(void.class, types))
                    .asSpreader(Object[].class, types.length);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("component '" + name + "' of " + type.getName() + " is not accessible", e);
        }
    }

    private static String names(Class<?> type) {
        return Stream.of(type.getRecordComponents())
                .map(component -> component.getType().getSimpleName() + " " + component.getName()).toList().toString();
    }

    /**
     * Whether a class is one of records with a component of type double.
     *
     * @param type the class
     * @param name name of the component
     * @return whether it has it
     */
    public static boolean has(Class<?> type, String name) {
        if (!type.isRecord()) {
            return false;
        }
        RecordComponent[] components = type.getRecordComponents();
        int index = index(components, name);
        return index >= 0 && components[index].getType() == double.class;
    }

    /** Index of the component of a name; -1 if there is none. */
    private static int index(RecordComponent[] components, String name) {
        for (int k = 0; k < components.length; k++) {
            if (components[k].getName().equals(name)) {
                return k;
            }
        }
        return -1;
    }

    /**
     * Its value.
     *
     * @param of a record
     * @return the value of its component
     */
    public double get(Object of) {
        return (double) invoke(accessors[index], of);
    }

    /**
     * The same with another value.
     *
     * @param <T> the record's type
     * @param of a record
     * @param value the component's value
     * @return a copy
     * @throws IllegalArgumentException if the record refuses the value
     */
    @SuppressWarnings("unchecked")
    public <T> T with(T of, double value) {
        Object[] values = new Object[accessors.length];
        for (int k = 0; k < values.length; k++) {
            values[k] = k == index ? (Object) value : invoke(accessors[k], of);
        }
        return (T) invoke(constructor, (Object) values);
    }

    private Object invoke(MethodHandle handle, Object argument) {
        try {
            return handle.invoke(argument);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("component '" + name + "' of " + argument + " failed", e);
        }
    }
}
