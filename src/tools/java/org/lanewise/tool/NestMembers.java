package org.lanewise.tool;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.attribute.NestMembersAttribute;
import java.lang.constant.ClassDesc;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Classes of a nest, whose private members they may use. */
public final class NestMembers {
    private NestMembers() {}

    /**
     * A nest's host with other members.
     *
     * @param format how class files are written
     * @param host the class that names them
     * @param kept which of its members stay
     * @param added what else becomes a member
     * @return its class file
     */
    public static byte[] changed(ClassFile format, ClassModel host, Predicate<ClassDesc> kept, Collection<ClassDesc> added) {
        Set<ClassDesc> all = new LinkedHashSet<>();
        host.findAttribute(Attributes.nestMembers()).ifPresent(
                found -> found.nestMembers().stream().map(member -> member.asSymbol()).filter(kept).forEach(all::add));
        all.addAll(added);
        return format.transformClass(host, ClassTransform.dropping(NestMembersAttribute.class::isInstance)
                .andThen(ClassTransform.endHandler(builder -> builder.with(NestMembersAttribute.ofSymbols(List.copyOf(all))))));
    }
}
