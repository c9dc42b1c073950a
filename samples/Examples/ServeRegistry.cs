using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Examples;

internal static class ServeRegistry
{
    public static async Task RunAsync(string folder)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddOciRegistry(options => options.RootDirectory = folder);

        WebApplication app = builder.Build();
        app.MapOciRegistry();
        await app.RunAsync("http://127.0.0.1:5000");
    }
}
