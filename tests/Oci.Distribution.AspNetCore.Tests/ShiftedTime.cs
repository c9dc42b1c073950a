namespace Oci.Distribution.AspNetCore.Tests;

/// <summary>The system's clock, put forward by hand.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    public TimeSpan Shift { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift;
}
