using System.Reflection;

namespace Oci.Distribution.AspNetCore.Tests;

public sealed class PublicSurfaceTests
{
    [Fact]
    public void PublicSurface_IsTheOneThatIsKept() => PublicSurface.Verify(Assembly.Load("Oci.Distribution.AspNetCore"));
}
