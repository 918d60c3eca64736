package org.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lanewise.access.KernelAccess;

/** What other modules can do with a kernel that they got from a rule. */
class KernelAccessTest {
    @Test
    void aKernelOffersNothingElseThanItsLoops() {
        List<String> offered = Arrays.stream(Kernel.class.getDeclaredMethods()).filter(method -> Modifier.isPublic(method.getModifiers()))
                .map(Method::getName).sorted().toList();
        assertEquals(List.of("prepare", "prepare", "prepareTensor", "scalar", "vector"), offered);
    }

    @Test
    void noMethodOrFieldThatOthersSeeGivesTheLookup() {
        List<String> given = Arrays.stream(Kernel.class.getDeclaredFields()).filter(field -> !Modifier.isPrivate(field.getModifiers()))
                .filter(field -> MethodHandles.Lookup.class.isAssignableFrom(field.getType())).map(Object::toString).toList();
        assertEquals(List.of(), given);
        assertFalse(Kernel.class.getModule().isExported(KernelAccess.class.getPackageName()));
    }

    @Test
    void nobodyElseCanBecomeTheAccess() throws IllegalAccessException {
        MethodHandles.lookup().ensureInitialized(Kernel.class);
        KernelAccess mine = KernelAccess.get();
        assertThrowsExactly(IllegalStateException.class, () -> KernelAccess.set(mine));
    }
}
