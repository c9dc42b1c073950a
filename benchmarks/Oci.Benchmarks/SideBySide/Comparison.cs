namespace Oci.Benchmarks.SideBySide;

/// <summary>Whole jobs of this SDK against whole programs, in turns on one machine: what BenchmarkDotNet is not made for.</summary>
internal abstract class Comparison : IDisposable
{
    /// <summary>The name of the report.</summary>
    public abstract string Name { get; }

    /// <summary>What is measured, on what input.</summary>
    public abstract string Description { get; }

    /// <summary>How often each contestant runs. The median counts.</summary>
    public virtual int Rounds => 7;

    /// <summary>Whether each runs once more before, uncounted.</summary>
    public virtual bool WarmsUp => true;

    /// <summary>What <see cref="Contestant.GetOutputSize"/> is of.</summary>
    public virtual string SizeName => "output";

    /// <summary>Makes the input and says who runs, the baseline first.</summary>
    public abstract Task<IReadOnlyList<Contestant>> PrepareAsync();

    /// <summary>Removes the input.</summary>
    public abstract void Dispose();
}
