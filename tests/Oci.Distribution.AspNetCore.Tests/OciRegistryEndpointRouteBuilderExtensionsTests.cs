using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Oci.Distribution.AspNetCore.Tests;

public sealed class OciRegistryEndpointRouteBuilderExtensionsTests
{
    [Fact]
    public async Task Map_BelowAGroup_ThrowsAndSaysWhatToDo()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddOciRegistry(options => options.InMemory = true);
        await using WebApplication app = builder.Build();

        var e = Assert.Throws<InvalidOperationException>(() => app.MapGroup("/x").MapOciRegistry());

        Assert.Contains("UsePathBase", e.Message);
    }
}
