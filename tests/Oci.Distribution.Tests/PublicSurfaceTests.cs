using System.Reflection;

namespace Oci.Distribution.Tests;

public sealed class PublicSurfaceTests
{
    [Fact]
    public void PublicSurface_IsTheOneThatIsKept() => PublicSurface.Verify(Assembly.Load("Oci.Distribution"));
}
