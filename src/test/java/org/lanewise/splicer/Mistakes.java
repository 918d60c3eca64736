package org.lanewise.splicer;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.kernel.Species;
import org.lanewise.splicer.OwnLoops.Loops;

/**
 * Mistakes in a user's loops and what is said of each: NAME stands for the rule's name, LINE for the line that is marked "here".
 */
final class Mistakes {
    private static final String BITS = "a loop may use + - * / sqrt fma abs neg min max, comparisons, blends, bit operations and"
            + " conversions, which give the same bits at every width, interpreted or compiled; compute other numbers in prepare";
    private static final String NO_OBJECTS = "keep values in local variables; a static method may take and return vectors";
    private static final String IN_PREPARE = "compute what is the same for all elements in prepare, and keep it in a float field";
    private static final String PLANES_ONLY = "a loop reads and writes planes only; keep a number for each element in a state";
    private static final String LAMBDA = "must not use a lambda or a method reference in LINE of vector: write the expression out, or"
            + " call a static method that takes and returns vectors";
    private static final String OWN_OBJECT = ": the executed class is a copy with a name of its own; lambdas and methods get the numbers"
            + " they need, in local variables";
    private static final String COPIED = ": it is not accessible to the kernel, into which this method is copied";
    private static final String FIELD = ": keep floats in fields and broadcast them in vector, before the loop; use the species of Species";

    private static final List<Mistake> ALL = new ArrayList<>();

    static {
        steps();
        objects();
        moreObjects();
        bits();
        planes();
        forms();
        classes();
        inherited();
    }

    private Mistakes() {}

    record Mistake(String name, String what, Loops loops, String message) {
        @Override
        public String toString() {
            return what;
        }
    }

    static List<Mistake> all() {
        return List.copyOf(ALL);
    }

    private static void refuse(String what, Loops loops, String message) {
        ALL.add(new Mistake("Rule" + (ALL.size() + 1), what, loops, message));
    }

    private static String tried(int from, int to) {
        return ": it was tried for elements " + from + " to " + to
                + " in vectors of 4; step by LANES, as in for (int i = from; i < to; i += LANES)";
    }

    private static String triedOneByOne(int from, int to) {
        return ": it was tried for elements " + from + " to " + to + "; step by 1, as in for (int i = from; i < to; i++)";
    }

    private static void steps() {
        String copy = " w.store(i, g.load(i)); // here\n }";
        refuse("a vector loop that steps by 1", Loops.vector("for (int i = from; i < to; i++) {" + copy),
                "loads elements 1 to 4 in LINE of vector" + tried(0, 3));
        for (int step : new int[] {8, 16}) {
            refuse("a vector loop that steps by " + step, Loops.vector("for (int i = from; i < to; i += " + step + ") {" + copy),
                    "leaves out elements 4 to " + (step - 1) + " in LINE of vector" + tried(0, 19));
        }
        refuse("a vector loop unrolled twice", Loops.vector("""
                for (int i = from; i < to; i += 2 * Species.LANES) {
                    w.store(i, g.load(i));
                    w.store(i + Species.LANES, g.load(i + Species.LANES)); // here
                }"""), "loads elements 4 to 7 in LINE of vector" + tried(0, 3));
        refuse("a stride from a static field", Loops.vector("for (int i = from; i < to; i += STEP) {" + copy)
                .withMembers("static final int STEP = 2 * Species.LANES;"), "leaves out elements 4 to 7 in LINE of vector" + tried(0, 19));
        refuse("a stride from a field", Loops.vector("for (int i = from; i < to; i += step) {" + copy)
                .withMembers("final int step;").withConstructor("step = 16;"),
                "leaves out elements 4 to 15 in LINE of vector" + tried(0, 19));
        refuse("a stride from a method", Loops.vector("for (int i = from; i < to; i = next(i)) {" + copy)
                .withMembers("static int next(int i) { return i + 16; }"), "leaves out elements 4 to 15 in LINE of vector" + tried(0, 19));
        refuse("a loop from 0 on", Loops.vector("for (int i = 0; i < to; i += Species.LANES) {" + copy),
                "loads elements 0 to 3 in LINE of vector" + tried(48, 51));
        refuse("a loop beyond the end", Loops.vector("for (int i = from; i <= to; i += Species.LANES) {" + copy),
                "loads elements 4 to 7 in LINE of vector" + tried(0, 3));
        refuse("a loop that ends early", Loops.vector("for (int i = from; i < to - Species.LANES; i += Species.LANES) {" + copy),
                "leaves out elements 16 to 19 in LINE of vector" + tried(0, 19));
        refuse("no loop", Loops.vector("w.store(from, g.load(from)); // here\n"), "leaves out elements 4 to 19 in LINE of vector" + tried(0,
                19));
        refuse("the neighbours' elements", Loops.vector(
                "for (int i = from; i < to; i += Species.LANES) {\n w.store(i, g.load(i)); w.store(i + 1, g.load(i)); // here\n }"),
                "stores elements 1 to 4 in LINE of vector" + tried(0, 3));
        skipped();
        refuse("a scalar loop that steps by 2", Loops.scalar(
                "for (int i = from; i < to; i += 2) {\n w.set(i, g.get(i) > 0 ? 1 : 2); // here\n }"),
                "leaves out element 1 in LINE of scalar" + triedOneByOne(0, 4));
        refuse("a scalar loop that steps by LANES", Loops.scalar(
                "for (int i = from; i < to; i += Species.LANES) {\n w.set(i, g.get(i)); // here\n }"),
                "leaves out elements 1 to 4 in LINE of scalar" + triedOneByOne(0, 4));
        refuse("a scalar loop that looks back", Loops.scalar("for (int i = from; i < to; i++) {\n w.set(i, w.get(i - 1)); // here\n }"),
                "gets element -1 in LINE of scalar" + triedOneByOne(0, 0));
        refuse("vectors in a scalar loop", Loops.scalar("for (int i = from; i < to; i++) {\n w.store(i, g.load(i)); // here\n }"),
                "loads elements 0 to 7 in LINE of scalar" + triedOneByOne(0, 0));
    }

    private static void skipped() {
        refuse("a vector loop that does nothing", Loops.vector("int n = to; // here\n"), "leaves out elements 0 to 3 in vector"
                + tried(0, 3));
        refuse("a scalar loop that does nothing", Loops.scalar("int n = to; // here\n"), "leaves out element 0 in scalar"
                + triedOneByOne(0, 0));
        for (int vectors : new int[] {2, 5, 8}) {
            String loop = "int i = from; for (; i <= to - " + vectors + " * Species.LANES;) { for (int k = 0; k < " + vectors
                    + "; k++, i += Species.LANES) { w.store(i, g.load(i)); } } // here\n";
            int left = 4 * (vectors == 2 ? 5 : vectors == 5 ? 7 : 13);
            int first = left - left % (4 * vectors);
            refuse("a vector loop unrolled by " + vectors + " without a rest", Loops.vector(loop), "leaves out elements " + first + " to "
                    + (left - 1) + " in LINE of vector" + tried(0, left - 1));
        }
        refuse("a vector loop unrolled by 32 without a rest", Loops.vector("for (int i = from; i <= to - 32 * Species.LANES;) {"
                + " for (int k = 0; k < 32; k++, i += Species.LANES) { w.store(i, g.load(i)); } } // here\n"),
                "leaves out elements 0 to 3 in vector" + tried(0, 3));
        refuse("a rest of one vector only", Loops.vector("int i = from; for (; i <= to - 6 * Species.LANES; i += 6 * Species.LANES) {"
                + " for (int k = 0; k < 6; k++) { w.store(i + k * Species.LANES, g.load(i + k * Species.LANES)); } }\n"
                + "for (int n = 0; n < 5 && i < to; n++, i += Species.LANES) { w.store(i, g.load(i)); if (n == 3) break; } // here\n"),
                "leaves out elements 16 to 19 in LINE of vector" + tried(0, 19));
        refuse("a scalar loop unrolled without a rest", Loops.scalar(
                "for (int i = from; i <= to - 4; i += 4) { for (int k = i; k < i + 4; k++) { w.set(k, g.get(k)); } } // here\n"),
                "leaves out element 4 in LINE of scalar" + triedOneByOne(0, 4));
        refuse("the first vector of one plane", Loops.eachVector("FloatVector x = g.load(i); m.store(i, x);\n w.store(from, x); // here\n"),
                "leaves out elements 4 to 19 in LINE of vector" + tried(0, 19));
        refuse("the first vector of gradients", Loops.eachVector("m.store(i, w.load(i)); w.store(i, w.load(i));\n"
                + "g.load(from); // here\n"), "leaves out elements 4 to 19 in LINE of vector" + tried(0, 19));
        refuse("the first element of one plane", Loops.eachScalar("m.set(i, g.get(i));\n w.set(from, m.get(i)); // here\n"),
                "leaves out elements 1 to 4 in LINE of scalar" + triedOneByOne(0, 4));
    }

    private static void objects() {
        refuse("a lambda", Loops.eachVector("UnaryOperator<FloatVector> f = x -> x.mul(2); w.store(i, f.apply(g.load(i))); // here\n"),
                LAMBDA);
        refuse("a lambda before the loop", Loops.vector("UnaryOperator<FloatVector> f = x -> x.mul(2); // here\n"
                + "for (int i = from; i < to; i += Species.LANES) { w.store(i, f.apply(g.load(i))); }"), LAMBDA);
        refuse("a capturing lambda", Loops.eachVector("FloatVector x = g.load(i);\n"
                + "Supplier<FloatVector> f = () -> x.mul(2); // here\n w.store(i, f.get());"), LAMBDA);
        refuse("a lambda that captures this", Loops.eachVector("FloatVector x = g.load(i);\n"
                + "Supplier<FloatVector> f = () -> x.mul(minusLearningRate); // here\n w.store(i, f.get());"), LAMBDA);
        refuse("a method reference", Loops.eachVector("Function<FloatVector, FloatVector> f = FloatVector::neg; // here\n"), LAMBDA);
        refuse("a lambda in a method that is called", Loops.eachScalar("w.set(i, f(g.get(i)));").withMembers(
                "static float f(float x) { DoubleUnaryOperator f = y -> 2 * y; return (float) f.applyAsDouble(x); } // here\n"),
                LAMBDA.replace("vector:", "f:"));
        refuse("strings", Loops.eachScalar("String s = \"element \" + i; // here\n"), "must not join strings in LINE of scalar: "
                + NO_OBJECTS);
        refuse("a switch over patterns",
                Loops.eachScalar("switch (what) { case String s -> w.set(i, 1); default -> w.set(i, 2); } // here\n")
                .withMembers("Object what;"), "must not switch in LINE of scalar: use if and else");
        refuse("a record of vectors", Loops.eachVector("Pair p = new Pair(w.load(i), g.load(i)); w.store(i, p.a().add(p.b())); // here\n")
                .withMembers("record Pair(FloatVector a, FloatVector b) {}"), "must not make a NAME.Update.Pair in LINE of vector: "
                + NO_OBJECTS);
        refuse("an array", Loops.eachVector("float[] x = {1, 2}; w.store(i, g.load(i).mul(x[1])); // here\n"),
                "must not make an array in LINE of vector: " + NO_OBJECTS);
        refuse("a boxed number", Loops.eachScalar("Float x = g.get(i); w.set(i, x); // here\n"),
                "must not call Float.valueOf in LINE of scalar: use float and int, not Float and Integer");
        refuse("a call on an object", Loops.eachScalar("w.set(i, (float) rule.learningRate()); // here\n")
                .withMembers("Rule rule;"), "must not call Rule.learningRate on an object in LINE of scalar: " + IN_PREPARE);
    }

    private static void moreObjects() {
        refuse("an instance method with vectors", Loops.eachVector("w.store(i, twice(g.load(i))); // here\n")
                .withMembers("FloatVector twice(FloatVector x) { return x.mul(2); }"),
                "must not call the instance method NAME.Update.twice with vectors in LINE of vector: a static method that takes and returns"
                        + " vectors is copied into the loop, others would allocate them");
        refuse("a vector in a field", Loops.eachVector("w.store(i, half.mul(g.load(i))); // here\n")
                .withMembers("FloatVector half = FloatVector.broadcast(Species.FLOATS, 0.5f);"),
                "must not read the vector or species in the field NAME.Update.half in LINE of vector" + FIELD);
        refuse("a sum in a field", Loops.eachScalar("sum += g.get(i); w.set(i, sum); // here\n").withMembers("float sum;"),
                "must not write the field NAME.Update.sum in LINE of scalar: " + PLANES_ONLY
                + "; several threads may run the loop at once");
        refuse("an array with a number for each element", Loops.eachScalar("w.set(i, scale[i]); // here\n")
                .withMembers("float[] scale = new float[1000];"), "must not read an array at a variable index in LINE of scalar: "
                + PLANES_ONLY);
        refuse("a count in an array", Loops.eachScalar("count[0]++; // here\n").withMembers("int[] count = {0};"),
                "must not write an array in LINE of scalar: " + PLANES_ONLY);
        refuse("random numbers", Loops.eachScalar("w.set(i, ThreadLocalRandom.current().nextFloat()); // here\n"),
                "must not call ThreadLocalRandom.current in LINE of scalar: " + IN_PREPARE);
        refuse("a method that calls itself", Loops.eachVector("w.store(i, power(g.load(i), 3));").withMembers(
                "static FloatVector power(FloatVector x, int n) { return n == 0 ? x : power(x.mul(x), n - 1); } // here\n"),
                "must not call power from itself in LINE of power: write it out");
    }

    private static void bits() {
        for (String inexact : List.of("EXP", "LOG", "SIN", "TANH")) {
            refuse("VectorOperators." + inexact, Loops.eachVector("w.store(i, g.load(i).lanewise(VectorOperators." + inexact
                    + ")); // here\n"),
                    "must not use VectorOperators." + inexact + " in LINE of vector: " + BITS);
        }
        refuse("VectorOperators.POW", Loops.eachVector("w.store(i, g.load(i).lanewise(VectorOperators.POW, 2)); // here\n"),
                "must not use VectorOperators.POW in LINE of vector: " + BITS);
        refuse("an operator in a field", Loops.eachVector("w.store(i, g.load(i).lanewise(OPERATOR));")
                .withMembers("static final VectorOperators.Unary OPERATOR = VectorOperators.LOG; // here\n"),
                "must not use VectorOperators.LOG in LINE of the static initializer of NAME.Update: " + BITS);
        for (String call : List.of("pow(2)", "reduceLanes(VectorOperators.ADD)", "lane(0)", "withLane(0, 1)", "slice(1)", "addIndex(1)",
                "rearrange(null)", "selectFrom(null)", "compress(null)", "expand(null)", "toArray()", "intoArray(null, 0)")) {
            refuse(call, Loops.eachVector("g.load(i)." + call + "; // here\n"),
                    "must not call FloatVector." + call.replaceFirst("\\(.*", "") + " in LINE of vector: " + BITS);
        }
        refuse("an array as a vector", Loops.eachVector("w.store(i, FloatVector.fromArray(Species.FLOATS, table, 0)); // here\n")
                .withMembers("float[] table = new float[16];"), "must not call FloatVector.fromArray in LINE of vector: " + BITS);
        refuse("a mask of lanes", Loops.eachVector("w.store(i, g.load(i).blend(0f, VectorMask.fromLong(Species.FLOATS, 1))); // here\n"),
                "must not call VectorMask.fromLong in LINE of vector: " + BITS);
        for (String call : List.of("exp(x)", "log(x)", "pow(x, 2)", "cbrt(x)", "random()")) {
            refuse("Math." + call, Loops.eachScalar("double x = g.get(i); w.set(i, (float) Math." + call + "); // here\n"),
                    "must not call Math." + call.replaceFirst("\\(.*", "") + " in LINE of scalar: " + BITS);
        }
        refuse("Math.pow in a method that is called", Loops.eachScalar("w.set(i, cube(g.get(i)));")
                .withMembers("static float cube(float x) { return (float) Math.pow(x, 3); } // here\n"),
                "must not call Math.pow in LINE of cube: " + BITS);
        refuse("vectors of a fixed width", Loops.eachVector("w.store(i, FloatVector.broadcast(FloatVector.SPECIES_256, 1)); // here\n"),
                "must not use FloatVector.SPECIES_256 in LINE of vector: the species of Species have the width of the optimizer");
        refuse("vectors of the preferred width", Loops.eachVector("w.store(i, FloatVector.broadcast(SPECIES, 1));")
                .withMembers("static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED; // here\n"),
                "must not use FloatVector.SPECIES_PREFERRED in LINE of the static initializer of NAME.Update: the species of Species have"
                        + " the width of the optimizer");
    }

    private static void planes() {
        String written = "must not write the gradient, planes[1], in LINE of LOOP: gradients are only read; keep what another loop needs"
                + " in a state";
        refuse("the gradient stored", Loops.eachVector("w.store(i, g.load(i)); g.store(i, w.load(i)); // here\n"),
                written.replace("LOOP", "vector"));
        refuse("the gradient set", Loops.eachScalar("g.set(i, 0); // here\n"),
                written.replace("LOOP", "scalar"));
        refuse("a plane handed over", Loops.eachScalar("w.set(i, first(g, i)); // here\n")
                .withMembers("static float first(Plane p, int i) { return p.get(i); }"),
                "must not hand a plane to NAME.Update.first in LINE of scalar: read its elements in the loop and hand them over");
    }

    private static void forms() {
        String uses = ": a loop takes a plane by Plane m = planes[2], and loads, stores, gets or sets its elements";
        String misused = "uses a plane for something else than load, store, get or set in ";
        refuse("a plane that the rule does not have", Loops.eachScalar("planes[3].set(i, 1); // here\n"),
                "uses planes[3] in LINE of scalar: its rule has 3 planes: parameter, gradient, states, sums");
        refuse("a plane at a variable index", Loops.eachScalar("planes[from].set(i, 1); // here\n"),
                "must take planes by a constant index in LINE of scalar" + uses);
        refuse("a plane handed to the JDK", Loops.eachScalar("w.set(i, System.identityHashCode(m)); // here\n"),
                "must not call System.identityHashCode in LINE of scalar: " + IN_PREPARE);
        refuse("a plane asked for", Loops.scalar("if (m == null) return; // here\n"), misused + "LINE of scalar" + uses);
        refuse("a plane assigned twice", Loops.scalar("Plane a, b; a = b = planes[2]; // here\n"), misused + "LINE of scalar" + uses);
        refuse("a plane in a field", Loops.scalar("this.kept = planes[0]; // here\n").withMembers("Plane kept;"),
                misused + "LINE of scalar" + uses);
        refuse("a plane in a static field", Loops.scalar("kept = w; // here\n").withMembers("static Plane kept;"),
                misused + "LINE of scalar" + uses);
        refuse("planes in an array", Loops.scalar("Plane[] q = {planes[0], planes[1]}; // here\n"), misused + "LINE of scalar" + uses);
        refuse("a plane kept by prepareTensor", Loops.eachScalar("kept.set(i, g.get(i)); // here\n").withMembers(
                "Plane kept; @Override public void prepareTensor(Plane[] planes, Sums sums) { kept = planes[0]; }"),
                "must not use a plane from elsewhere in LINE of scalar" + uses);
        refuse("planes as a whole", Loops.scalar("Plane[] all = planes; // here\n"),
                "must take planes by a constant index in LINE of scalar" + uses);
        refuse("one plane or another",
                Loops.scalar("Plane p = w; if (to > 1) { p = m; }\n for (int i = from; i < to; i++) p.set(i, 1); // here\n"),
                "must not let one variable hold different planes in LINE of scalar" + uses);
        refuse("a switch", Loops.eachScalar("switch (to) { case 1 -> w.set(i, 1); default -> w.set(i, 3); } // here\n"),
                "must not switch in LINE of scalar: use if and else");
        refuse("a switch in a method that is copied", Loops.eachVector("w.store(i, f(g.load(i), to));")
                .withMembers("static FloatVector f(FloatVector x, int n) {\n"
                        + " return switch (n) { case 1 -> x; default -> x.neg(); }; // here\n }"),
                "must not switch in LINE of f: use if and else");
        refuse("an exception caught", Loops.eachScalar("try { w.set(i, 1 / (int) g.get(i)); } // here\n catch (ArithmeticException e) { }"),
                "must not catch exceptions or synchronize in LINE of scalar: do so in prepare");
        refuse("a lock", Loops.scalar("synchronized (this) { // here\n for (int i = from; i < to; i++) { w.set(i, 0); } }"),
                "must not catch exceptions or synchronize in LINE of scalar: do so in prepare");
    }

    private static void classes() {
        refuse("this in a lambda of prepare", Loops.right().withMembers("float k; public void prepare(long step, double rate) {\n"
                + "DoubleSupplier s = () -> k; s.getAsDouble(); // here\n }"),
                "must not hand out this as an object of its own class in LINE of prepare" + OWN_OBJECT);
        refuse("this handed over", Loops.right().withMembers("static void see(Update update) {}").withConstructor("see(this); // here\n"),
                "must not hand out this as an object of its own class in LINE of the constructor" + OWN_OBJECT);
        refuse("an object of its own class", Loops.right().withMembers(
                "float x;\n boolean same(Update o) { return o.x == x; } // here\n"),
                "must not take an object of its own class in LINE of same: the executed class is a copy with a name of its own; hand over"
                        + " the numbers that are needed");
        String sealed = "must not extend a sealed class or interface: the executed class is a copy with a name of its own; leave out sealed"
                + " and permits";
        refuse("a sealed base class", Loops.scalar("for (int i = from; i < to; i++) { w.set(i, g.get(i)); } // here\n").withParent("Base7")
                .withOutside("sealed " + parent("Base7", "")), sealed);
        refuse("a sealed interface", Loops.scalar("for (int i = from; i < to; i++) { w.set(i, g.get(i)); } // here\n")
                .withParent("Kernel implements Sealed1").withOutside("sealed interface Sealed1 {}"), sealed);
        refuse("a vector of another class", Loops.eachVector("w.store(i, g.load(i).mul(Constants1.HALF)); // here\n").withOutside(
                "class Constants1 { static final FloatVector HALF = FloatVector.broadcast(Species.FLOATS, 0.5f); }"),
                "must not read the vector or species in the field Constants1.HALF in LINE of vector" + FIELD);
        refuse("a private method of another class", Loops.eachVector("w.store(i, Helper1.scaled(g.load(i)));").withOutside("""
                class Helper1 {
                    static FloatVector scaled(FloatVector x) {
                        return x.mul(scale()); // here
                    }
                    private static float scale() { return 2; }
                }"""), "must not use Helper1.scale in LINE of Helper1.scaled" + COPIED);
        refuse("a private field of another class", Loops.eachVector("w.store(i, Helper2.scaled(g.load(i)));").withOutside("""
                class Helper2 {
                    private static float scale = 2;
                    static FloatVector scaled(FloatVector x) {
                        return x.mul(scale); // here
                    }
                }"""), "must not use Helper2.scale in LINE of Helper2.scaled" + COPIED);
    }

    private static void inherited() {
        String exp = "must not use VectorOperators.EXP in LINE of vector: " + BITS;
        Loops operator = Loops.eachVector("w.store(i, g.load(i).lanewise(OP)); // here\n");
        Loops inherits = Loops.eachVector("w.store(i, g.load(i).lanewise(OP));");
        String field = "static final VectorOperators.Unary OP = ";
        refuse("an operator of a base class", inherits.withParent("Base1").withOutside(
                parent("Base1", "protected static final VectorOperators.Unary OP = VectorOperators.EXP; // here\n")),
                exp.replace("vector:", "the static initializer of Base1:"));
        refuse("an operator of an interface", inherits.withParent("Kernel implements Constants2").withOutside(
                "interface Constants2 { VectorOperators.Unary OP = VectorOperators.EXP; // here\n }"),
                exp.replace("vector:", "the static initializer of Constants2:"));
        refuse("an operator that a method gives", inherits.withMembers(field + "pick(4);\n"
                + "static VectorOperators.Unary pick(int i) { return i > 3 ? VectorOperators.EXP : VectorOperators.ABS; } // here\n"),
                exp.replace("vector:", "pick:"));
        refuse("an operator of a class that has it from another", inherits.withMembers(field + "Operators1.OP;")
                .withOutside("class Operators1 { " + field + "Operators2.OP; }\nclass Operators2 { " + field
                + "VectorOperators.EXP; } // here\n"), exp.replace("vector:", "the static initializer of Operators2:"));
        refuse("an operator that only a running program knows", operator.withMembers(field + "Operators3.MAP.get(1);").withOutside(
                "class Operators3 { static Map<Integer, VectorOperators.Unary> MAP = Map.of(1, VectorOperators.EXP); }"),
                "must not use VectorOperators.EXP in LINE of vector: " + BITS);
        refuse("an operator that can change", operator.withMembers(field.replace("final ", "") + "VectorOperators.ABS;"),
                "must not read the operator in the field NAME.Update.OP in LINE of vector: declare it static final");
        refuse("Math.exp in a base class", Loops.eachScalar("w.set(i, e(g.get(i)));").withParent("Base2").withOutside(
                parent("Base2", "protected float e(float x) { return f(x); } float f(float x) { return (float) Math.exp(x); } // here\n")),
                "must not call Math.exp in LINE of Base2.f: " + BITS);
        refuse("Math.exp in an interface", Loops.eachScalar("w.set(i, e(g.get(i)));").withParent("Kernel implements Power")
                .withOutside("interface Power { default float e(float x) { return (float) Math.exp(x); } // here\n }"),
                "must not call Math.exp in LINE of Power.e: " + BITS);
        refuse("Math.exp in a method that a base class calls", Loops.eachScalar("w.set(i, super.e(g.get(i)));").withParent("Base3")
                .withMembers("@Override float f(float x) { return (float) Math.exp(x); } // here\n")
                .withOutside(parent("Base3", "float e(float x) { return f(x); } float f(float x) { return x; }")),
                "must not call Math.exp in LINE of f: " + BITS);
        refuse("a vector of a base class", Loops.eachVector("w.store(i, g.load(i).mul(HALF)); // here\n").withParent("Base4")
                .withOutside(parent("Base4", "static final FloatVector HALF = FloatVector.broadcast(Species.FLOATS, 0.5f);")),
                "must not read the vector or species in the field Base4.HALF in LINE of vector" + FIELD);
        refuse("a species that a method gives", Loops.eachVector("w.store(i, FloatVector.broadcast(SPECIES, 1));").withMembers("""
                static final VectorSpecies<Float> SPECIES = pick();
                static VectorSpecies<Float> pick() { return FloatVector.SPECIES_PREFERRED; } // here
                """), "must not use FloatVector.SPECIES_PREFERRED in LINE of pick: the species of Species have the width of the optimizer");
        refuse("a stride of a base class", Loops.vector("for (int i = from; i < to; i += STEP) { w.store(i, g.load(i)); // here\n }")
                .withParent("Base5").withOutside(parent("Base5", "static final int STEP; static { STEP = 8; }")),
                "leaves out elements 4 to 7 in LINE of vector" + tried(0, 19));
        if (Species.LANES > 4) {
            refuse("a stride of the width that the CPU prefers", Loops.vector(
                    "for (int i = from; i < to; i += step()) { w.store(i, g.load(i)); // here\n }").withParent("Base8")
                    .withOutside(parent("Base8", "static int step() { return Species.LANES; }")),
                    "leaves out elements 4 to " + (Species.LANES - 1) + " in LINE of vector" + tried(0, 19));
        }
    }

    /** A base class of kernels. */
    static String parent(String name, String members) {
        return "abstract class " + name + " extends Kernel { " + name + "(MethodHandles.Lookup lookup) { super(lookup); }\n" + members
                + " }";
    }
}
