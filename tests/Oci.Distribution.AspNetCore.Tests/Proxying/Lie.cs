namespace Oci.Distribution.AspNetCore.Tests.Proxying;

public enum Lie
{
    FirstByte,
    LastByte,
    EndsEarly,
    GoesOn,
    Breaks,
}
