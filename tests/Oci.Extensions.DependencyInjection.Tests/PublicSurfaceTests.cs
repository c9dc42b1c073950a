using System.Reflection;

namespace Oci.Extensions.DependencyInjection.Tests;

public sealed class PublicSurfaceTests
{
    [Fact]
    public void PublicSurface_IsTheOneThatIsKept() => PublicSurface.Verify(Assembly.Load("Oci.Extensions.DependencyInjection"));
}
