package org.lanewise.access;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
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
        this.index = Arrays.stream(components).map(RecordComponent::getName).toList().indexOf(name);
        this.accessors = new MethodHandle[components.length];
        try {
            for (int k = 0; k < components.length; k++) {
                accessors[k] = lookup.unreflect(components[k].getAccessor());
            }
            Class<?>[] types = Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
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
        return type.isRecord() && Stream.of(type.getRecordComponents())
                .anyMatch(component -> component.getName().equals(name) && component.getType() == double.class);
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
        Arrays.setAll(values, k -> k == index ? (Object) value : invoke(accessors[k], of));
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
