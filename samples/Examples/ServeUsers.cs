using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Oci.Distribution.AspNetCore;

namespace Examples;

internal static class ServeUsers
{
    public static async Task RunAsync(string folder, string users)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddAuthentication().AddOciHtpasswd(options => options.File = users);
        builder.Services.AddHealthChecks().AddOciRegistry();
        builder.Services.AddOciRegistry(options =>
        {
            options.RootDirectory = folder;
            options.Authorize = (user, resource) => resource.Action == RegistryAction.Pull || user.Identity!.IsAuthenticated;
        });
        WebApplication app = builder.Build();
        app.MapOciRegistry();
        app.MapHealthChecks("/healthz");
        await app.RunAsync("http://127.0.0.1:5000");
    }
}
