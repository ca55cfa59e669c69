package dev.miser.passes.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.miser.ir.diag.Code;
import dev.miser.ir.diag.Diagnostic;
import dev.miser.ir.func.Function;
import dev.miser.ir.func.FunctionBuilder;
import dev.miser.ir.op.Dot;
import dev.miser.ir.op.Unary;
import dev.miser.ir.op.Value;
import dev.miser.ir.plan.AnalyticCatalog;
import dev.miser.ir.plan.Certificate;
import dev.miser.ir.plan.Plan;
import dev.miser.ir.plan.PlanChecker;
import dev.miser.ir.plan.Target;
import dev.miser.ir.type.ElementType;
import dev.miser.ir.type.TensorType;
import dev.miser.passes.fuse.Fuse;
import dev.miser.passes.fuse.FuseOptions;
import dev.miser.passes.fuse.RandomPrograms;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What fits is let through; what does not is refused with its reasons, as the report states. */
class BudgetTest {
  private static final AnalyticCatalog CATALOG = new AnalyticCatalog();

  private static Function twoProducts() {
    var builder = new FunctionBuilder("f");
    Value x = builder.input("x", TensorType.of(ElementType.F32, 64, 64));
    Value w = builder.param("w", TensorType.of(ElementType.F32, 64, 256), null);
    Value v = builder.param("v", TensorType.of(ElementType.F32, 256, 64), null);
    Value h = builder.add("h", new Dot(x, w, false, false));
    Value r = builder.add("r", new Unary(Unary.Kind.RELU, h));
    return builder.returns(builder.add("y", new Dot(r, v, false, false))).build();
  }

  private static Plan plan(FuseOptions options) {
    return MemoryPlanner.plan(
        new Fuse(Target.GOLDEN, CATALOG, options).run(twoProducts()), CATALOG);
  }

  @Test
  void whatFitsExactlyIsLetThrough() {
    Plan plan = plan(FuseOptions.DEFAULT);
    assertEquals(List.of(), new Budget(plan.arenaBytes()).check(plan));
  }

  @Test
  void theRefusalNamesWhatTheProgramNeedsAndWhy() {
    Plan plan = plan(FuseOptions.DEFAULT);
    Diagnostic refusal = new Budget(plan.arenaBytes() - 1).check(plan).getFirst();
    assertEquals(Code.BUDGET_TOO_SMALL, refusal.code());
    assertEquals(
        List.of(
            "the peak of 212992 bytes is at step %r",
            "%w.packed takes 65536 bytes: persistent, made by %w.packed, last used by %r",
            "%v.packed takes 65536 bytes: persistent, made by %v.packed, last used by %y",
            "%r takes 65536 bytes: transient, made by %r, last used by %y",
            "%x takes 16384 bytes: input, last used by %r"),
        refusal.notes().stream().map(Diagnostic.Note::message).toList());
  }

  @Test
  void theReportAddsUp() {
    Plan plan = plan(FuseOptions.DEFAULT);
    MemoryReport report = MemoryReport.of(plan);
    assertEquals(131072, report.packedBytes());
    assertEquals(0, report.parameterBytes());
    assertEquals(16384, report.inputBytes());
    assertEquals(16384, report.outputBytes());
    assertEquals(plan.arenaBytes() - 131072, report.transientBytes());
    assertEquals(plan.certificate().loadBound(), report.peakBytes());
    assertEquals(List.of(2, 3), report.peakTimes());
    assertEquals(4, report.steps().size());
  }

  @Test
  void thePeakOfTheReportIsTheLoadBoundOfTheCertificate() {
    for (int seed = 0; seed < 50; seed++) {
      Plan plan =
          MemoryPlanner.plan(
              new Fuse(Target.GOLDEN, CATALOG).run(RandomPrograms.of(seed, 25)), CATALOG);
      MemoryReport report = MemoryReport.of(plan);
      assertEquals(plan.certificate().loadBound(), report.peakBytes());
      long live = 0;
      for (MemoryReport.Tensor tensor : report.peak()) {
        live += (tensor.bytes() + 63) / 64 * 64;
      }
      assertTrue(live >= report.peakBytes(), "the tensors of the peak make up its bytes");
    }
  }

  @Test
  void leanerOptionsNeedNoMoreMemory() {
    long before = Long.MAX_VALUE;
    for (FuseOptions options : FuseOptions.DEFAULT.fastestFirst()) {
      Plan plan = plan(options);
      assertEquals(List.of(), PlanChecker.check(plan, CATALOG));
      assertTrue(plan.arenaBytes() <= before);
      before = plan.arenaBytes();
    }
  }

  @Test
  void unplannedSharesNothing() {
    Plan plan =
        MemoryPlanner.unplanned(new Fuse(Target.GOLDEN, CATALOG).run(RandomPrograms.of(3, 30)));
    Certificate certificate = plan.certificate();
    assertEquals(certificate.naiveBytes(), plan.arenaBytes());
    assertEquals(List.of(), plan.inPlace());
  }
}
