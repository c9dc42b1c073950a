using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Oci.Distribution.AspNetCore.Uploads;

/// <summary>The server's limits on a request's body, set for one request: a layer is no web form.</summary>
internal static class UploadLimits
{
    /// <summary>Puts the registry's limits in the place of Kestrel's 30 MB and its 5 s of grace, for this request alone.</summary>
    public static void Apply(HttpContext context, OciRegistryOptions options)
    {
        // One byte more, so that what is too large is told by the registry's own error.
        SetMaxSize(context, options.MaxBlobSize == long.MaxValue ? null : options.MaxBlobSize + 1);
        // Over HTTP/2 the rate is the connection's, and cannot be set here.
        if (HttpProtocol.IsHttp11(context.Request.Protocol) || HttpProtocol.IsHttp10(context.Request.Protocol))
        {
            if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            {
                rate.MinDataRate = options.MinUploadRate == 0 ? null : new MinDataRate(options.MinUploadRate, options.UploadGracePeriod);
            }
        }
    }

    /// <summary>Sets how large this request's body may be.</summary>
    public static void SetMaxSize(HttpContext context, long? size)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
        {
            feature.MaxRequestBodySize = size;
        }
    }
}
