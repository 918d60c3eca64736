package org.lanewise.splicer;

import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Where the JVM finds members of classes: a class file names the class that code was written for, which may have inherited them. */
final class Inheritance {
    private final Function<String, Optional<ClassModel>> files;

    /** Given the class files of internal names, as far as there are any. */
    Inheritance(Function<String, Optional<ClassModel>> files) {
        this.files = files;
    }

    /** A class and those that it inherits from, in the order in which methods are looked for; none of the JDK. */
    Set<String> of(String owner) {
        Set<String> all = new LinkedHashSet<>();
        for (Optional<String> next = Optional.of(owner); next.isPresent(); next = next.flatMap(files).flatMap(ClassModel::superclass)
                .map(ClassEntry::asInternalName).filter(name -> !Operations.isJdk(name) && !all.contains(name))) {
            all.add(next.get());
        }
        for (String name : Set.copyOf(all)) {
            addInterfaces(name, all);
        }
        return all;
    }

    /** The class that declares a field, by the name of the class that it was asked of; that name if none does. */
    String declaring(String owner, String field) {
        return declared(owner, field).orElse(owner);
    }

    private Optional<String> declared(String owner, String field) {
        Optional<ClassModel> file = Operations.isJdk(owner) ? Optional.empty() : files.apply(owner);
        if (file.isEmpty() || file.get().fields().stream().anyMatch(f -> f.fieldName().equalsString(field))) {
            return file.map(_ -> owner);
        }
        return file.get().interfaces().stream().flatMap(name -> declared(name.asInternalName(), field).stream()).findFirst()
                .or(() -> file.get().superclass().flatMap(name -> declared(name.asInternalName(), field)));
    }

    private void addInterfaces(String owner, Set<String> all) {
        for (ClassEntry name : files.apply(owner).map(ClassModel::interfaces).orElse(List.of())) {
            if (!Operations.isJdk(name.asInternalName()) && all.add(name.asInternalName())) {
                addInterfaces(name.asInternalName(), all);
            }
        }
    }
}
